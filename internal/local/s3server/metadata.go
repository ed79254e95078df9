package s3server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/versity/versitygw/backend/meta"
)

// openMetadata chooses where the metadata of objects live: in extended attributes of their files, which change together
// with the file, or, on filesystems without those, in files of their own under the folder sidecar. What a folder began
// with it keeps.
func openMetadata(root, sidecar string) (meta.MetadataStorer, error) {
	_, err := os.Stat(sidecar)
	if err == nil {
		return openSidecar(sidecar)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("s3server: metadata: %w", err)
	}
	attributes := meta.XattrMeta{}
	probed := probe(root, attributes)
	if probed == nil {
		return attributes, nil
	}
	if _, err := os.Stat(filepath.Join(root, StorageBucket)); err == nil {
		return nil, fmt.Errorf("s3server: the objects in %s have their metadata in extended attributes, which do not work here: %w", root, probed)
	}
	if err := os.MkdirAll(sidecar, 0o700); err != nil {
		return nil, fmt.Errorf("s3server: metadata: %w", err)
	}
	return openSidecar(sidecar)
}

func openSidecar(folder string) (meta.MetadataStorer, error) {
	sidecar, err := meta.NewSideCar(folder)
	if err != nil {
		return nil, fmt.Errorf("s3server: metadata in %s: %w", folder, err)
	}
	return sidecar, nil
}

// probe tries to write and read an attribute in folder: a filesystem may know them but refuse those of users.
func probe(folder string, store meta.MetadataStorer) (err error) {
	f, err := os.CreateTemp(folder, ".probe-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	const name, value = "probe", "pam"
	if err := store.StoreAttribute(f, "", "", name, []byte(value)); err != nil {
		return err
	}
	got, err := store.RetrieveAttribute(f, "", "", name)
	if err != nil {
		return err
	}
	if string(got) != value {
		return fmt.Errorf("attribute reads back as %q", got)
	}
	return nil
}
