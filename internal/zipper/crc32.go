package zipper

import "hash/crc32"

// CombineCRC32 gives the IEEE CRC-32 of two byte strings put together, from the CRC-32 of each and the length in bytes
// of the second, which must not be negative. It takes time in the logarithm of lenB.
//
// A CRC is a polynomial over GF(2): appending lenB bytes multiplies it by x to the power 8*lenB, modulo the CRC's
// polynomial. This is the method of crc32_combine in zlib 1.2.12 and later (crc32.c: multmodp, x2n_table), which replaced
// the matrices of earlier releases and gives the same results.
func CombineCRC32(a, b uint32, lenB int64) uint32 {
	for k := 0; lenB > 0; k++ {
		if lenB&1 == 1 {
			a = multiplyCRC(crcPowers[k%len(crcPowers)], a)
		}
		lenB >>= 1
	}
	return a ^ b
}

// crcOne is 1: in the reflected order of the IEEE polynomial the highest bit is the coefficient of x^0.
const crcOne = uint32(1) << 31

// crcPowers holds x to the powers 8*2^k: each is the square of the one before, and after the last comes the first again, as
// x to the power 2^32 is x.
var crcPowers = [32]uint32{
	0x00800000, 0x00008000, 0xedb88320, 0xb1e6b092, 0xa06a2517, 0xed627dae, 0x88d14467, 0xd7bbfe6a,
	0xec447f11, 0x8e7ea170, 0x6427800e, 0x4d47bae0, 0x09fe548f, 0x83852d0f, 0x30362f1a, 0x7b5a9cc3,
	0x31fec169, 0x9fec022a, 0x6c8dedc4, 0x15d6874d, 0x5fde7a4e, 0xbad90e37, 0x2e4e5eef, 0x4eaba214,
	0xa8a472c0, 0x429a969e, 0x148d302a, 0xc40ba6d0, 0xc4e22c3c, 0x40000000, 0x20000000, 0x08000000,
}

// multiplyCRC gives the product of two polynomials modulo the IEEE polynomial. It does without branches: they would depend
// on bits that no processor can guess.
func multiplyCRC(a, b uint32) uint32 {
	var product uint32
	for ; a != 0; a <<= 1 {
		product ^= b & -(a >> 31)
		b = b>>1 ^ crc32.IEEE&-(b&1)
	}
	return product
}
