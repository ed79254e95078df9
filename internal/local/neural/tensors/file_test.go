package tensors_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"reflect"
	"testing"

	"pam/internal/local/neural/tensors"
)

func sample(tb testing.TB) []tensors.Tensor {
	tb.Helper()
	matrix, err := tensors.FromFloat32s("matrix", []int{2, 3}, []float32{1, -2, 0.5, 0, 65504, 6e-8})
	if err != nil {
		tb.Fatal(err)
	}
	single, err := tensors.FromFloat32s("single", []int{1}, []float32{3})
	if err != nil {
		tb.Fatal(err)
	}
	return []tensors.Tensor{matrix, single}
}

func write(tb testing.TB, all []tensors.Tensor) []byte {
	tb.Helper()
	var file bytes.Buffer
	if err := tensors.Write(&file, all); err != nil {
		tb.Fatal(err)
	}
	return file.Bytes()
}

func TestParseReadsWhatWriteWrote(t *testing.T) {
	all := sample(t)
	got, err := tensors.Parse(write(t, all))
	if err != nil {
		t.Fatal(err)
	}
	if want := (map[string]tensors.Tensor{"matrix": all[0], "single": all[1]}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	values, err := got["matrix"].Float32s()
	if err != nil {
		t.Fatal(err)
	}
	if want := []float32{1, -2, 0.5, 0, 65504, 1.0 / (1 << 24)}; !reflect.DeepEqual(values, want) {
		t.Errorf("got %v, want %v", values, want)
	}
}

// sealed puts the right checksum behind a changed file, so that the check under test is the one that speaks.
func sealed(file []byte) []byte {
	body := file[:len(file)-4]
	return binary.LittleEndian.AppendUint32(body[:len(body):len(body)], crc32.ChecksumIEEE(body))
}

func TestParseRefusesDamagedFiles(t *testing.T) {
	// Where things are in the sample: magic 0, version 8, count 12, name's length 16, name 18, rank 24, dimensions 25.
	change := func(at int, to byte) func([]byte) []byte {
		return func(file []byte) []byte {
			file[at] = to
			return sealed(file)
		}
	}
	cases := []struct {
		name, reason string
		change       func(file []byte) []byte
	}{
		{"empty", "nothing there", func([]byte) []byte { return nil }},
		{"header only", "less than the shortest file", func(f []byte) []byte { return f[:15] }},
		{"magic", "another kind of file", change(0, 'X')},
		{"version", "a later layout", change(8, 2)},
		{"checksum", "a flipped bit anywhere", func(f []byte) []byte { f[40] ^= 1; return f }},
		{"count too great", "the file ends before the last tensor", change(12, 3)},
		{"count too small", "bytes are left over", change(12, 1)},
		{"no name", "a tensor that nobody can ask for", change(16, 0)},
		{"long name", "names end at 255 bytes", change(17, 2)},
		{"rank 0", "no dimension", change(24, 0)},
		{"rank 5", "more than the layout allows", change(24, 5)},
		{"dimension 0", "no elements", change(25, 0)},
		{"dimension beyond the file", "data that is not there", change(25, 200)},
		{"dimension beyond any int", "a product that would overflow", change(28, 0xff)},
		{"cut", "an interrupted copy", func(f []byte) []byte { return sealed(f[:len(f)-6]) }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if all, err := tensors.Parse(c.change(write(t, sample(t)))); !errors.Is(err, tensors.ErrFormat) {
				t.Errorf("got %v, %v; %s", all, err, c.reason)
			}
		})
	}
	twice := append(sample(t), sample(t)[0])
	if _, err := tensors.Parse(write(t, twice)); !errors.Is(err, tensors.ErrFormat) {
		t.Errorf("a name that comes twice gives %v", err)
	}
}

func TestFromFloat32sRefusesWhatAFileCannotHold(t *testing.T) {
	cases := []struct {
		name, reason string
		shape        []int
		values       []float32
	}{
		{"too few", "the shape would not be filled", []int{2, 2}, []float32{1, 2, 3}},
		{"too large", "half precision ends at 65504", []int{1}, []float32{70000}},
		{"NaN", "no weight is NaN", []int{1}, []float32{float32(math.NaN())}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got, err := tensors.FromFloat32s("t", c.shape, c.values); err == nil {
				t.Errorf("got %v; %s", got, c.reason)
			}
		})
	}
}

func TestWriteRefusesWhatParseWould(t *testing.T) {
	cases := []struct {
		name, reason string
		tensor       tensors.Tensor
	}{
		{"no name", "nobody could ask for it", tensors.Tensor{Shape: []int{1}, Data: make([]byte, 2)}},
		{"no shape", "rank begins at 1", tensors.Tensor{Name: "t", Data: make([]byte, 2)}},
		{"no elements", "dimensions begin at 1", tensors.Tensor{Name: "t", Shape: []int{0}}},
		{"short data", "the next tensor would be misread", tensors.Tensor{Name: "t", Shape: []int{2}, Data: make([]byte, 2)}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var file bytes.Buffer
			if err := tensors.Write(&file, []tensors.Tensor{c.tensor}); err == nil || file.Len() > 0 {
				t.Errorf("got error %v and %d bytes; %s", err, file.Len(), c.reason)
			}
		})
	}
}

// FuzzParse looks for files that make Parse panic, claim more data than there is, or read differently after a rewrite.
// Each input is tried as it is and with a checksum that fits, without which nothing but the checksum would be tried.
func FuzzParse(f *testing.F) {
	f.Add(write(f, sample(f)))
	f.Add(write(f, nil))
	f.Add([]byte("PAMTENS\n\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00a\x01\xff\xff\xff\xff\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		tries := [][]byte{file}
		if len(file) >= 4 {
			tries = append(tries, sealed(file))
		}
		for _, try := range tries {
			all, err := tensors.Parse(try)
			if err != nil {
				if !errors.Is(err, tensors.ErrFormat) {
					t.Fatalf("error %v is not ErrFormat", err)
				}
				continue
			}
			var again []tensors.Tensor
			for name, tensor := range all {
				if name != tensor.Name || len(tensor.Data) > len(try) {
					t.Fatalf("tensor %q under %q with %d bytes of %d", tensor.Name, name, len(tensor.Data), len(try))
				}
				if values, err := tensor.Float32s(); err == nil && len(values) != tensor.Len() {
					t.Fatalf("%d values, not %d", len(values), tensor.Len())
				}
				again = append(again, tensor)
			}
			if reread, err := tensors.Parse(write(t, again)); err != nil || !reflect.DeepEqual(reread, all) {
				t.Fatalf("rewritten it reads %v, %v; not %v", reread, err, all)
			}
		}
	})
}
