// Package neural is the labeller of the embedded edition: a neural network inside the process that tells what a photo
// shows, without cgo and without fetching anything. It implements photos.Labeler, as Amazon Rekognition does in the
// cloud edition, and answers in Rekognition's vocabulary and manner.
//
// A photo is looked at by two networks. Package efficientnet says for the whole picture how likely each of ImageNet's
// 1000 classes is; package centernet finds objects of COCO's 80 classes, several in one picture. view.go chooses what each
// gets to see, reduce.go and picture.go scale that to its input, classify.go and detect.go run it. merge.go turns what
// they say into labels and takes the surest for each. Three tables that people may read and correct steer that:
// classes.tsv and objects.tsv give each class its label, labels.tsv each label its parents and categories (taxonomy.go).
//
// evidence.go holds what both networks say of a photo, and judge.go makes labels of it: calibration.go turns scores into
// confidences that mean what they say, and scenes.go adds the scene head, which knows what no class covers. Package
// calibrate fits both to photographs that people have labelled.
//
// Both networks are made of the operations in package layers. MODEL.md says where their weights come from; the programs
// below convert make them.
package neural
