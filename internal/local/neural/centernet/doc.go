// Package centernet runs CenterNet with a MobileNetV3 backbone, a convolutional network that finds objects of COCO's 80
// classes in a picture. It knows nothing of photos or labels; package neural does.
//
// Source of the architecture: the graph in npm @vladmandic/human 3.3.6 (models/centernet.json), which was made with
// github.com/610265158/mobilenetv3_centernet. A stem convolution and fifteen inverted residual blocks, some with squeeze
// and excitation, halve the picture five times (backbone.go). From the smallest picture three steps lead back up to a
// quarter of the input, each adding what the backbone knew at that size (pyramid.go). There each pixel says for each
// class how likely an object's centre lies on it: the heat map, whose local maxima are the objects found (peaks.go),
// and how far the object's sides are away (sides.go), which is computed only where an object was found.
//
// What the network does to a pixel does not depend on the picture's size, but for the means of squeeze and excitation, so
// that it takes pictures of any size up to the one it was trained with, in steps of Step.
package centernet
