// What the kernels in this package share. Operands are in Go's order: sources first, the destination last. The fields of
// Go structs, as panelRun_rows, come from go_asm.h, which the compiler writes.

// Vectors of eight times one number, for HARDSWISH: 0.5, 1/6 and 1 as float32.
DATA half<>+0(SB)/8, $0x3f0000003f000000
DATA half<>+8(SB)/8, $0x3f0000003f000000
DATA half<>+16(SB)/8, $0x3f0000003f000000
DATA half<>+24(SB)/8, $0x3f0000003f000000
GLOBL half<>(SB), RODATA|NOPTR, $32
DATA sixth<>+0(SB)/8, $0x3e2aaaab3e2aaaab
DATA sixth<>+8(SB)/8, $0x3e2aaaab3e2aaaab
DATA sixth<>+16(SB)/8, $0x3e2aaaab3e2aaaab
DATA sixth<>+24(SB)/8, $0x3e2aaaab3e2aaaab
GLOBL sixth<>(SB), RODATA|NOPTR, $32
DATA one<>+0(SB)/8, $0x3f8000003f800000
DATA one<>+8(SB)/8, $0x3f8000003f800000
DATA one<>+16(SB)/8, $0x3f8000003f800000
DATA one<>+24(SB)/8, $0x3f8000003f800000
GLOBL one<>(SB), RODATA|NOPTR, $32

// CLAMP holds a vector between LOW and HIGH, which the including file defines as registers.
#define CLAMP(x) \
	VMAXPS LOW, x, x; \
	VMINPS HIGH, x, x

// HARDSWISH computes x * clamp(x/6 + 1/2, 0, 1), which is x * ReLU6(x+3) / 6. ZERO is a register of zeros, t is free.
#define HARDSWISH(x, t) \
	VMOVUPS half<>(SB), t; \
	VFMADD231PS sixth<>(SB), x, t; \
	VMAXPS ZERO, t, t; \
	VMINPS one<>(SB), t, t; \
	VMULPS t, x, x
