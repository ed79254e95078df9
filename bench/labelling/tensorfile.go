package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
)

// readFloats reads a file of little-endian float32 and nothing else.
func readFloats(name string) ([]float32, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if len(data)%4 != 0 {
		return nil, fmt.Errorf("%s: %d bytes are no whole number of float32", name, len(data))
	}
	values := make([]float32, len(data)/4)
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return values, nil
}

func writeFloats(name string, values []float32) error {
	data := make([]byte, 0, 4*len(values))
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return os.WriteFile(name, data, 0o644)
}

// planes turns pixels, whose channels lie side by side as PAM has them, into one plane for each channel, as ONNX has them.
func planes(pixels []float32, channels int) []float32 {
	out := make([]float32, len(pixels))
	size := len(pixels) / channels
	for i, v := range pixels {
		out[i%channels*size+i/channels] = v
	}
	return out
}
