package s3server

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keysFile holds the server's keys, in its folder. Whoever can read it can read every photo; so can whoever can read the
// folder.
const keysFile = "keys.json"

// keys sign every request to the server.
type keys struct {
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
}

// loadKeys reads the keys, or makes them at the first start.
func loadKeys(path string) (keys, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKeys(path)
	}
	if err != nil {
		return keys{}, fmt.Errorf("s3server: keys: %w", err)
	}
	var k keys
	if err := json.Unmarshal(content, &k); err != nil {
		return keys{}, fmt.Errorf("s3server: keys in %s: %w", path, err)
	}
	if k.AccessKeyID == "" || k.SecretAccessKey == "" {
		return keys{}, fmt.Errorf("s3server: keys in %s are not complete", path)
	}
	return k, nil
}

// makeKeys makes keys and stores them for their owner alone. The file appears whole or not at all.
func makeKeys(path string) (_ keys, err error) {
	secret := make([]byte, 30) // 40 characters of base64, the length of Amazon's
	if _, err := rand.Read(secret); err != nil {
		return keys{}, fmt.Errorf("s3server: make keys: %w", err)
	}
	k := keys{AccessKeyID: "PAM" + rand.Text()[:17], SecretAccessKey: base64.StdEncoding.EncodeToString(secret)}
	content, err := json.Marshal(k)
	if err != nil {
		return keys{}, fmt.Errorf("s3server: make keys: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), keysFile+".*") // mode 0600
	if err != nil {
		return keys{}, fmt.Errorf("s3server: make keys: %w", err)
	}
	_, err = f.Write(append(content, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return keys{}, fmt.Errorf("s3server: make keys: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return k, nil
}
