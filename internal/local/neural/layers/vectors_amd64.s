#include "textflag.h"
#include "go_asm.h"
#include "vectors_amd64.h"

#define DST DI
#define A SI
#define B DX
#define LEFT CX
#define LOW Y12
#define HIGH Y13
#define ZERO Y14

#define ARGUMENTS \
	MOVQ dst+0(FP), DST; \
	MOVQ a+8(FP), A; \
	MOVQ b+16(FP), B; \
	MOVQ n+24(FP), LEFT

#define NEXT(vector) \
	ADDQ $32, DST; \
	ADDQ $32, A; \
	ADDQ $32, B; \
	SUBQ $8, LEFT; \
	JG   vector; \
	VZEROUPPER; \
	RET

// func addVectors(dst, a, b *float32, n int)
TEXT ·addVectors(SB), NOSPLIT, $0-32
	ARGUMENTS

vector:
	VMOVUPS (A), Y0
	VADDPS  (B), Y0, Y0
	VMOVUPS Y0, (DST)
	NEXT(vector)

// func multiplyVectors(dst, a, b *float32, n int)
TEXT ·multiplyVectors(SB), NOSPLIT, $0-32
	ARGUMENTS

vector:
	VMOVUPS (A), Y0
	VMULPS  (B), Y0, Y0
	VMOVUPS Y0, (DST)
	NEXT(vector)

// func averageVectors(dst, a, b *float32, n int)
TEXT ·averageVectors(SB), NOSPLIT, $0-32
	ARGUMENTS

vector:
	VMOVUPS (A), Y0
	VADDPS  (B), Y0, Y0
	VMULPS  half<>(SB), Y0, Y0
	VMOVUPS Y0, (DST)
	NEXT(vector)

// func activateVectors(values *float32, n int, act *vectorActivation)
TEXT ·activateVectors(SB), NOSPLIT, $0-24
	MOVQ values+0(FP), DST
	MOVQ n+8(FP), LEFT
	MOVQ act+16(FP), A
	CMPB vectorActivation_swish(A), $0
	JNE  swish
	VBROADCASTSS vectorActivation_low(A), LOW
	VBROADCASTSS vectorActivation_high(A), HIGH

clamp:
	VMOVUPS (DST), Y0
	CLAMP(Y0)
	VMOVUPS Y0, (DST)
	ADDQ $32, DST
	SUBQ $8, LEFT
	JG   clamp
	VZEROUPPER
	RET

swish:
	VXORPS ZERO, ZERO, ZERO

swishOne:
	VMOVUPS (DST), Y0
	HARDSWISH(Y0, Y1)
	VMOVUPS Y0, (DST)
	ADDQ $32, DST
	SUBQ $8, LEFT
	JG   swishOne
	VZEROUPPER
	RET
