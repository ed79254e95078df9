// Package neural is the labeller of the embedded edition: a neural network inside the process that tells what a photo
// shows, without cgo and without fetching anything. It implements photos.Labeler, as Amazon Rekognition does in the
// cloud edition, and answers in Rekognition's vocabulary and manner.
//
// A photo goes through four steps, each in a file of its own: view.go chooses parts of it, reduce.go and picture.go
// scale them to the network's input, package efficientnet gives the probability of each of ImageNet's 1000 classes, and
// taxonomy.go adds those up to labels. Two tables that people may read and correct steer the last step: classes.tsv
// gives each class its label, labels.tsv each label its parents and categories. MODEL.md says where the weights come
// from; package convert makes them.
package neural
