package rekognition

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rekognition"
	"github.com/aws/aws-sdk-go-v2/service/rekognition/types"

	"pam/internal/aws/awserror"
	"pam/internal/photos"
)

// Labeler asks DetectLabels. It is safe for concurrent use.
//
// A label call has a deadline of half a minute, retries included, also where its context allows more.
type Labeler struct {
	client *rekognition.Client
	bucket string
}

var _ photos.Labeler = (*Labeler)(nil)

const callTimeout = 30 * time.Second

// New makes a Labeler for photos in the storage bucket of that name, which must be in the region of cfg: Rekognition reads
// from no other (https://docs.aws.amazon.com/rekognition/latest/dg/images-s3.html).
func New(cfg aws.Config, storageBucket string) *Labeler {
	return &Labeler{client: rekognition.NewFromConfig(cfg), bucket: storageBucket}
}

// Label implements photos.Labeler. The caller's role needs rekognition:DetectLabels, and s3:GetObject on the photo.
func (l *Labeler) Label(ctx context.Context, p photos.Picture) ([]photos.PhotoLabel, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if p.Object.Bucket == photos.StorageBucket && takenFromBucket(p) {
		labels, err := l.detect(ctx, &types.Image{S3Object: &types.S3Object{Bucket: aws.String(l.bucket), Name: aws.String(p.Object.Key)}})
		if !aboutImage(err) || p.Image == nil {
			return labels, wrap(err)
		}
		// PAM has decoded it, so it may only be that Rekognition does not know its kind of JPEG or PNG.
	}
	content, err := reducedJPEG(ctx, p.Image)
	if err != nil {
		return nil, fmt.Errorf("rekognition: reduce the photo: %w", err)
	}
	labels, err := l.detect(ctx, &types.Image{Bytes: content})
	return labels, wrap(err)
}

// detect asks for all labels that count, as MaxLabels would drop without regard to parents. Bounding boxes and aliases come
// along and are left.
func (l *Labeler) detect(ctx context.Context, image *types.Image) ([]photos.PhotoLabel, error) {
	out, err := l.client.DetectLabels(ctx, &rekognition.DetectLabelsInput{
		Image:         image,
		MinConfidence: aws.Float32(photos.LowestConfidence),
	})
	if err != nil {
		return nil, err
	}
	return photoLabels(out.Labels), nil
}

// The errors of DetectLabels that are about the image itself
// (https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectLabels.html#API_DetectLabels_Errors).
const (
	invalidFormat = "InvalidImageFormatException"
	tooLarge      = "ImageTooLargeException"
)

func aboutImage(err error) bool {
	code := awserror.Code(err)
	return code == invalidFormat || code == tooLarge
}

// wrap makes a refusal of the photo of what Rekognition says about the image, and says of all else what was being done.
//
// InvalidS3ObjectException and InvalidParameterException are not taken for faults of the photo: a missing right or a bad
// configuration gives them for every photo, and to refuse them all would lose them.
func wrap(err error) error {
	switch awserror.Code(err) {
	case invalidFormat:
		return &photos.Rejection{Code: photos.Unsupported, Message: "The photo is of a kind of JPEG or PNG that cannot be labelled. Save it anew as a plain JPEG and upload that."}
	case tooLarge:
		return &photos.Rejection{Code: photos.TooLarge, Message: "The photo is too large to be labelled. Upload a smaller copy."}
	}
	return awserror.Wrap("rekognition: detect labels", err)
}
