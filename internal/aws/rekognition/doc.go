// Package rekognition labels photos with Amazon Rekognition: it implements the port photos.Labeler on the operation
// DetectLabels. Rekognition reads a photo from the bucket itself; what it would not take from there is sent as a reduced
// copy.
package rekognition
