// Package efficientnet runs EfficientNet-Lite0, a convolutional network that tells ImageNet's 1000 classes apart. It
// knows nothing of photos or labels; package neural does. The operations are those of package layers; here is only
// which follow each other, and in what sizes.
//
// Source of the architecture: efficientnet_lite_pytorch 0.1.0 (efficientnet_lite in utils.py, model.py), which follows
// github.com/tensorflow/tpu, models/official/efficientnet/lite. A stem convolution, sixteen inverted residual blocks
// (expand by 1x1, filter each channel by itself, project by 1x1), a head, the mean over the picture, one dense layer.
package efficientnet
