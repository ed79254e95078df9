package zipper

import "hash/crc32"

// CombineCRC32 gives the IEEE CRC-32 of two byte strings put together, from the CRC-32 of each and the length in bytes
// of the second, which must not be negative. It takes time in the logarithm of lenB.
//
// A CRC is a polynomial over GF(2): appending lenB bytes multiplies it by x to the power 8*lenB, modulo the CRC's
// polynomial. This is the method of crc32_combine in zlib 1.2.12 and later (crc32.c: multmodp, x2nmodp), which replaced
// the matrices of earlier releases and gives the same results.
func CombineCRC32(a, b uint32, lenB int64) uint32 {
	shift := crcOne
	square := crcX8
	for n := lenB; n > 0; n >>= 1 {
		if n&1 == 1 {
			shift = multiplyCRC(square, shift)
		}
		square = multiplyCRC(square, square)
	}
	return multiplyCRC(shift, a) ^ b
}

// In the reflected order of the IEEE polynomial the highest bit is the coefficient of x^0.
const (
	crcOne = uint32(1) << 31
	crcX8  = uint32(1) << (31 - 8)
)

// multiplyCRC gives the product of two polynomials modulo the IEEE polynomial.
func multiplyCRC(a, b uint32) uint32 {
	var product uint32
	for ; a != 0; a <<= 1 {
		if a&crcOne != 0 {
			product ^= b
		}
		if b&1 == 1 {
			b = b>>1 ^ crc32.IEEE
		} else {
			b >>= 1
		}
	}
	return product
}
