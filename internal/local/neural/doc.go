// Package neural is the labeller of the embedded edition: a neural network inside the process that tells what a photo
// shows, without cgo and without fetching anything. It implements photos.Labeler, as Amazon Rekognition does in the
// cloud edition, and answers in Rekognition's vocabulary and manner.
//
// A photo is looked at by two networks. Package efficientnet says for the whole picture how likely each of ImageNet's
// 1000 classes is; package centernet finds objects of COCO's 80 classes, several in one picture. view.go chooses what each
// gets to see, reduce.go and picture.go scale that to its input, classify.go and detect.go run it. merge.go turns what
// they say into labels and takes the surer one for each. Three tables that people may read and correct steer that:
// classes.tsv and objects.tsv give each class its label, labels.tsv each label its parents and categories (taxonomy.go).
// calibration.go is where a network's score becomes a confidence. Both networks are made of the operations in package
// layers. MODEL.md says where their weights come from; the programs below convert make them.
package neural
