#include "textflag.h"
#include "go_asm.h"
#include "vectors_amd64.h"

// Both kernels go over the channels of a pixel sixteen at a time; the last step begins early enough to be full. A tap is
// one place of the filter: its sixteen weights are loaded once and multiplied with the input of all pixels of the group,
// so that with four pixels the multiplications, not the loads, decide the time.

#define RUN DI       // *filterRun
#define SRC SI       // the group's first pixel under the filter's first tap
#define DST R15      // the group's first output
#define CHANNEL DX   // offset of the channels being computed
#define LINE R13     // as SRC, in the filter's row, at CHANNEL
#define ROW AX       // the weights of the filter's row, at CHANNEL
#define INPUT R8     // the tap's input
#define WEIGHTS R9   // the tap's weights
#define STEP R10     // from one output pixel's input to the next
#define STEP3 R11
#define PIXEL R12    // length of a pixel
#define ROWS BX      // rows of the filter yet to do
#define TAPS CX      // taps of the row yet to do

#define LOW Y12
#define HIGH Y13
#define ZERO Y14

#define START \
	MOVQ run+0(FP), RUN; \
	MOVQ filterRun_src(RUN), SRC; \
	MOVQ filterRun_dst(RUN), DST; \
	MOVQ filterRun_step(RUN), STEP; \
	LEAQ (STEP)(STEP*2), STEP3; \
	MOVQ filterRun_pixel(RUN), PIXEL; \
	VBROADCASTSS filterRun_vectorActivation+vectorActivation_low(RUN), LOW; \
	VBROADCASTSS filterRun_vectorActivation+vectorActivation_high(RUN), HIGH; \
	VXORPS ZERO, ZERO, ZERO

#define BEGINCHANNELS \
	MOVQ filterRun_bias(RUN), ROW; \
	VMOVUPS (ROW)(CHANNEL*1), Y0; \
	VMOVUPS 32(ROW)(CHANNEL*1), Y1; \
	MOVQ filterRun_weights(RUN), ROW; \
	ADDQ CHANNEL, ROW; \
	LEAQ (SRC)(CHANNEL*1), LINE; \
	MOVQ filterRun_rows(RUN), ROWS

#define BEGINROW \
	MOVQ LINE, INPUT; \
	MOVQ ROW, WEIGHTS; \
	MOVQ filterRun_taps(RUN), TAPS

#define NEXTTAP(tap, row) \
	ADDQ PIXEL, INPUT; \
	ADDQ PIXEL, WEIGHTS; \
	DECQ TAPS; \
	JNZ  tap; \
	ADDQ filterRun_srcLine(RUN), LINE; \
	ADDQ filterRun_weightsLine(RUN), ROW; \
	DECQ ROWS; \
	JNZ  row

// NEXTCHANNELS ends with CHANNEL beyond the pixel when all are done. INPUT is free by now.
#define NEXTCHANNELS(channels, done) \
	ADDQ $64, CHANNEL; \
	CMPQ CHANNEL, PIXEL; \
	JGE  done; \
	LEAQ -64(PIXEL), INPUT; \
	CMPQ CHANNEL, INPUT; \
	CMOVQGT INPUT, CHANNEL; \
	JMP  channels

// func filter4(run *filterRun)
TEXT ·filter4(SB), NOSPLIT, $0-8
	START

group:
	XORL CHANNEL, CHANNEL

channels:
	BEGINCHANNELS
	VMOVAPS Y0, Y2
	VMOVAPS Y1, Y3
	VMOVAPS Y0, Y4
	VMOVAPS Y1, Y5
	VMOVAPS Y0, Y6
	VMOVAPS Y1, Y7

row:
	BEGINROW

tap:
	VMOVUPS (WEIGHTS), Y8
	VMOVUPS 32(WEIGHTS), Y9
	VFMADD231PS (INPUT), Y8, Y0
	VFMADD231PS 32(INPUT), Y9, Y1
	VFMADD231PS (INPUT)(STEP*1), Y8, Y2
	VFMADD231PS 32(INPUT)(STEP*1), Y9, Y3
	VFMADD231PS (INPUT)(STEP*2), Y8, Y4
	VFMADD231PS 32(INPUT)(STEP*2), Y9, Y5
	VFMADD231PS (INPUT)(STEP3*1), Y8, Y6
	VFMADD231PS 32(INPUT)(STEP3*1), Y9, Y7
	NEXTTAP(tap, row)

	CMPB filterRun_vectorActivation+vectorActivation_swish(RUN), $0
	JNE  swish
	CLAMP(Y0)
	CLAMP(Y1)
	CLAMP(Y2)
	CLAMP(Y3)
	CLAMP(Y4)
	CLAMP(Y5)
	CLAMP(Y6)
	CLAMP(Y7)

store:
	LEAQ (DST)(CHANNEL*1), INPUT
	VMOVUPS Y0, (INPUT)
	VMOVUPS Y1, 32(INPUT)
	VMOVUPS Y2, (INPUT)(PIXEL*1)
	VMOVUPS Y3, 32(INPUT)(PIXEL*1)
	VMOVUPS Y4, (INPUT)(PIXEL*2)
	VMOVUPS Y5, 32(INPUT)(PIXEL*2)
	LEAQ (INPUT)(PIXEL*2), INPUT
	VMOVUPS Y6, (INPUT)(PIXEL*1)
	VMOVUPS Y7, 32(INPUT)(PIXEL*1)
	NEXTCHANNELS(channels, done)

done:
	LEAQ (SRC)(STEP*4), SRC
	LEAQ (DST)(PIXEL*4), DST
	DECQ filterRun_groups(RUN)
	JNZ  group
	VZEROUPPER
	RET

swish:
	HARDSWISH(Y0, Y8)
	HARDSWISH(Y1, Y8)
	HARDSWISH(Y2, Y8)
	HARDSWISH(Y3, Y8)
	HARDSWISH(Y4, Y8)
	HARDSWISH(Y5, Y8)
	HARDSWISH(Y6, Y8)
	HARDSWISH(Y7, Y8)
	JMP store

// func filter1(run *filterRun)
TEXT ·filter1(SB), NOSPLIT, $0-8
	START
	XORL CHANNEL, CHANNEL

channels:
	BEGINCHANNELS

row:
	BEGINROW

tap:
	VMOVUPS (WEIGHTS), Y8
	VMOVUPS 32(WEIGHTS), Y9
	VFMADD231PS (INPUT), Y8, Y0
	VFMADD231PS 32(INPUT), Y9, Y1
	NEXTTAP(tap, row)

	CMPB filterRun_vectorActivation+vectorActivation_swish(RUN), $0
	JNE  swish
	CLAMP(Y0)
	CLAMP(Y1)

store:
	VMOVUPS Y0, (DST)(CHANNEL*1)
	VMOVUPS Y1, 32(DST)(CHANNEL*1)
	NEXTCHANNELS(channels, done)

done:
	VZEROUPPER
	RET

swish:
	HARDSWISH(Y0, Y8)
	HARDSWISH(Y1, Y8)
	JMP store
