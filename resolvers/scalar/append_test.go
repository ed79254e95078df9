package scalar_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"pgregory.net/rapid"

	"pam/resolvers/scalar"
)

// What is appended must be what gqlgen's executor would write, for any value.
func TestAppend(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bytesOf := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
		text := rapid.OneOf(rapid.String(), rapid.Just(string(bytesOf))).Draw(t, "text")
		whole, number, truth := rapid.Int64().Draw(t, "whole"), rapid.Float64().Draw(t, "number"), rapid.Bool().Draw(t, "truth")
		moment := time.UnixMicro(rapid.Int64Range(-1<<50, 1<<55).Draw(t, "moment")).In(time.FixedZone("", rapid.IntRange(-43200, 43200).Draw(t, "zone")))
		for _, c := range []struct {
			name  string
			got   []byte
			write graphql.Marshaler
		}{
			{"String", scalar.AppendString(nil, text), scalar.MarshalString(text)},
			{"ID", scalar.AppendID(nil, text), scalar.MarshalID(text)},
			{"Int", scalar.AppendInt(nil, int(whole)), scalar.MarshalInt(int(whole))},
			{"Long", scalar.AppendLong(nil, whole), scalar.MarshalLong(whole)},
			{"Boolean", scalar.AppendBoolean(nil, truth), scalar.MarshalBoolean(truth)},
			{"DateTime", scalar.AppendDateTime(nil, moment), scalar.MarshalDateTime(moment)},
		} {
			var want bytes.Buffer
			c.write.MarshalGQL(&want)
			if !bytes.Equal(c.got, want.Bytes()) {
				t.Errorf("%s: appended %s, written %s", c.name, c.got, want.Bytes())
			}
		}
		var want bytes.Buffer
		err := scalar.MarshalFloat(number).MarshalGQLContext(context.Background(), &want)
		got, ok := scalar.AppendFloat(nil, number)
		if ok != (err == nil) || ok && !bytes.Equal(got, want.Bytes()) {
			t.Errorf("Float %g: appended %s, %t; written %s, %v", number, got, ok, want.Bytes(), err)
		}
	})
}
