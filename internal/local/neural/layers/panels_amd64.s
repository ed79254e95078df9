#include "textflag.h"
#include "go_asm.h"
#include "vectors_amd64.h"

// Both kernels compute four rows at a time of one panel of outputs. multiply24 keeps their 24 outputs in twelve sums of
// eight, Y0 to Y11. For each input it loads the 24 weights into Y12 to Y14 and multiplies them with that input of each of
// the four rows, Y15: seven loads for twelve multiplications. multiply16 does the same with eight sums, which are as many
// as it takes to keep both multipliers busy, since a multiplication takes four cycles.

#define RUN DI     // *panelRun
#define LEFT R15   // rows yet to compute
#define SRC0 R8    // one past the inputs of the tile's rows, since INPUT counts up to zero
#define SRC1 R9
#define SRC2 R10
#define SRC3 R11
#define DST0 R12   // the tile's outputs
#define DST1 R13
#define DST2 AX
#define DST3 BX
#define WEIGHTS SI
#define INPUT CX   // minus the inputs yet to multiply
#define TEMP DX

#define X Y15      // one input, eight times over
#define LOW Y12    // LOW, HIGH and ZERO once the weights are not needed any more
#define HIGH Y13
#define ZERO Y14

// ROWS sets pointers to four rows, a stride in TEMP apart. Where fewer are left, those beyond are the last one again,
// which is then computed several times to the same effect.
#define ROWS(first, second, third, fourth) \
	XORL INPUT, INPUT; \
	CMPQ LEFT, $2; \
	CMOVQLT INPUT, TEMP; \
	LEAQ (first)(TEMP*1), second; \
	CMPQ LEFT, $3; \
	CMOVQLT INPUT, TEMP; \
	LEAQ (second)(TEMP*1), third; \
	CMPQ LEFT, $4; \
	CMOVQLT INPUT, TEMP; \
	LEAQ (third)(TEMP*1), fourth

// START sets all pointers of a tile.
#define START \
	MOVQ panelRun_srcStride(RUN), TEMP; \
	ROWS(SRC0, SRC1, SRC2, SRC3); \
	MOVQ panelRun_dstStride(RUN), TEMP; \
	ROWS(DST0, DST1, DST2, DST3); \
	MOVQ panelRun_bias(RUN), WEIGHTS; \
	MOVQ panelRun_added(RUN), TEMP; \
	MOVQ panelRun_inputs(RUN), INPUT; \
	NEGQ INPUT

// NEXT moves on by four rows.
#define NEXT(tile) \
	MOVQ panelRun_srcStride(RUN), TEMP; \
	LEAQ (SRC0)(TEMP*4), SRC0; \
	MOVQ panelRun_dstStride(RUN), TEMP; \
	LEAQ (DST0)(TEMP*4), DST0; \
	SUBQ $4, LEFT; \
	JGT  tile

// ADD24 adds a row of the residual, MULTIPLY24 one input times its weights, STORE24 writes a row.
#define ADD24(dst, s0, s1, s2) \
	VADDPS (dst)(TEMP*1), s0, s0; \
	VADDPS 32(dst)(TEMP*1), s1, s1; \
	VADDPS 64(dst)(TEMP*1), s2, s2
#define MULTIPLY24(src, s0, s1, s2) \
	VBROADCASTSS (src)(INPUT*4), X; \
	VFMADD231PS Y12, X, s0; \
	VFMADD231PS Y13, X, s1; \
	VFMADD231PS Y14, X, s2
#define STORE24(dst, s0, s1, s2) \
	VMOVUPS s0, (dst); \
	VMOVUPS s1, 32(dst); \
	VMOVUPS s2, 64(dst)

// func multiply24(run *panelRun)
TEXT ·multiply24(SB), NOSPLIT, $0-8
	MOVQ run+0(FP), RUN
	MOVQ panelRun_rows(RUN), LEFT
	MOVQ panelRun_src(RUN), SRC0
	MOVQ panelRun_inputs(RUN), INPUT
	LEAQ (SRC0)(INPUT*4), SRC0
	MOVQ panelRun_dst(RUN), DST0

tile:
	START

	// The sums begin with the bias, and with the residual if there is one.
	VMOVUPS (WEIGHTS), Y0
	VMOVUPS 32(WEIGHTS), Y1
	VMOVUPS 64(WEIGHTS), Y2
	VMOVAPS Y0, Y3
	VMOVAPS Y1, Y4
	VMOVAPS Y2, Y5
	VMOVAPS Y0, Y6
	VMOVAPS Y1, Y7
	VMOVAPS Y2, Y8
	VMOVAPS Y0, Y9
	VMOVAPS Y1, Y10
	VMOVAPS Y2, Y11
	TESTQ   TEMP, TEMP
	JZ      weights
	SUBQ    panelRun_dst(RUN), TEMP // the residual's distance from the output
	ADD24(DST0, Y0, Y1, Y2)
	ADD24(DST1, Y3, Y4, Y5)
	ADD24(DST2, Y6, Y7, Y8)
	ADD24(DST3, Y9, Y10, Y11)

weights:
	MOVQ panelRun_weights(RUN), WEIGHTS

input:
	VMOVUPS (WEIGHTS), Y12
	VMOVUPS 32(WEIGHTS), Y13
	VMOVUPS 64(WEIGHTS), Y14
	MULTIPLY24(SRC0, Y0, Y1, Y2)
	MULTIPLY24(SRC1, Y3, Y4, Y5)
	MULTIPLY24(SRC2, Y6, Y7, Y8)
	MULTIPLY24(SRC3, Y9, Y10, Y11)
	ADDQ $96, WEIGHTS
	INCQ INPUT
	JNZ  input

	CMPB panelRun_vectorActivation+vectorActivation_swish(RUN), $0
	JNE  swish
	VBROADCASTSS panelRun_vectorActivation+vectorActivation_low(RUN), LOW
	VBROADCASTSS panelRun_vectorActivation+vectorActivation_high(RUN), HIGH
	CLAMP(Y0)
	CLAMP(Y1)
	CLAMP(Y2)
	CLAMP(Y3)
	CLAMP(Y4)
	CLAMP(Y5)
	CLAMP(Y6)
	CLAMP(Y7)
	CLAMP(Y8)
	CLAMP(Y9)
	CLAMP(Y10)
	CLAMP(Y11)

store:
	STORE24(DST0, Y0, Y1, Y2)
	STORE24(DST1, Y3, Y4, Y5)
	STORE24(DST2, Y6, Y7, Y8)
	STORE24(DST3, Y9, Y10, Y11)
	NEXT(tile)
	VZEROUPPER
	RET

swish:
	VXORPS ZERO, ZERO, ZERO
	HARDSWISH(Y0, X)
	HARDSWISH(Y1, X)
	HARDSWISH(Y2, X)
	HARDSWISH(Y3, X)
	HARDSWISH(Y4, X)
	HARDSWISH(Y5, X)
	HARDSWISH(Y6, X)
	HARDSWISH(Y7, X)
	HARDSWISH(Y8, X)
	HARDSWISH(Y9, X)
	HARDSWISH(Y10, X)
	HARDSWISH(Y11, X)
	JMP store

// The same for 16 outputs.
#define ADD16(dst, s0, s1) \
	VADDPS (dst)(TEMP*1), s0, s0; \
	VADDPS 32(dst)(TEMP*1), s1, s1
#define MULTIPLY16(src, s0, s1) \
	VBROADCASTSS (src)(INPUT*4), X; \
	VFMADD231PS Y12, X, s0; \
	VFMADD231PS Y13, X, s1
#define STORE16(dst, s0, s1) \
	VMOVUPS s0, (dst); \
	VMOVUPS s1, 32(dst)

// func multiply16(run *panelRun)
TEXT ·multiply16(SB), NOSPLIT, $0-8
	MOVQ run+0(FP), RUN
	MOVQ panelRun_rows(RUN), LEFT
	MOVQ panelRun_src(RUN), SRC0
	MOVQ panelRun_inputs(RUN), INPUT
	LEAQ (SRC0)(INPUT*4), SRC0
	MOVQ panelRun_dst(RUN), DST0

tile:
	START

	VMOVUPS (WEIGHTS), Y0
	VMOVUPS 32(WEIGHTS), Y1
	VMOVAPS Y0, Y2
	VMOVAPS Y1, Y3
	VMOVAPS Y0, Y4
	VMOVAPS Y1, Y5
	VMOVAPS Y0, Y6
	VMOVAPS Y1, Y7
	TESTQ   TEMP, TEMP
	JZ      weights
	SUBQ    panelRun_dst(RUN), TEMP // the residual's distance from the output
	ADD16(DST0, Y0, Y1)
	ADD16(DST1, Y2, Y3)
	ADD16(DST2, Y4, Y5)
	ADD16(DST3, Y6, Y7)

weights:
	MOVQ panelRun_weights(RUN), WEIGHTS

input:
	VMOVUPS (WEIGHTS), Y12
	VMOVUPS 32(WEIGHTS), Y13
	MULTIPLY16(SRC0, Y0, Y1)
	MULTIPLY16(SRC1, Y2, Y3)
	MULTIPLY16(SRC2, Y4, Y5)
	MULTIPLY16(SRC3, Y6, Y7)
	ADDQ $64, WEIGHTS
	INCQ INPUT
	JNZ  input

	CMPB panelRun_vectorActivation+vectorActivation_swish(RUN), $0
	JNE  swish
	VBROADCASTSS panelRun_vectorActivation+vectorActivation_low(RUN), LOW
	VBROADCASTSS panelRun_vectorActivation+vectorActivation_high(RUN), HIGH
	CLAMP(Y0)
	CLAMP(Y1)
	CLAMP(Y2)
	CLAMP(Y3)
	CLAMP(Y4)
	CLAMP(Y5)
	CLAMP(Y6)
	CLAMP(Y7)

store:
	STORE16(DST0, Y0, Y1)
	STORE16(DST1, Y2, Y3)
	STORE16(DST2, Y4, Y5)
	STORE16(DST3, Y6, Y7)
	NEXT(tile)
	VZEROUPPER
	RET

swish:
	VXORPS ZERO, ZERO, ZERO
	HARDSWISH(Y0, X)
	HARDSWISH(Y1, X)
	HARDSWISH(Y2, X)
	HARDSWISH(Y3, X)
	HARDSWISH(Y4, X)
	HARDSWISH(Y5, X)
	HARDSWISH(Y6, X)
	HARDSWISH(Y7, X)
	JMP store
