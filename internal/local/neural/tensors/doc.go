// Package tensors reads and writes the file that carries a network's weights inside the program: named arrays of
// half-precision numbers.
//
// The layout, little endian throughout:
//
//	magic    8 bytes  "PAMTENS\n"
//	version  uint32   1
//	count    uint32   number of tensors
//	tensor   count times:
//	  name   uint16 length (1 to 255), then that many bytes
//	  rank   uint8 (1 to 4), then rank times uint32, each at least 1
//	  data   one IEEE 754 binary16 for each element, last dimension fastest
//	crc      uint32   CRC-32 (IEEE) of everything before it
//
// Half precision halves the file; EfficientNet-Lite0's answers change by less than the photo's own JPEG noise does.
// The reader trusts nothing: each length is checked against what is left before it is used.
package tensors
