// Package onnx writes PAM's networks as ONNX models, so that another runtime can be measured on the very weights that PAM
// runs. It belongs to the benchmark of labelling and is in no program.
//
// Sources: onnx/onnx.proto and docs/Operators.md of github.com/onnx/onnx, and the encoding of protocol buffers at
// protobuf.dev/programming-guides/encoding. The few messages that a convolutional network needs are written here instead
// of by the protobuf library, of which PAM needs nothing else.
//
// protobuf.go is the wire format, model.go are ONNX's messages, graph.go builds a network layer by layer; each network has
// a file of its own. These state each architecture a second time and on their own account: the benchmark compares the
// outputs of both runtimes, and a mistake in either statement shows.
package onnx
