package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// answerValue reads an answer for comparison. Of members whose name is in volatile, which hold what differs from one answer
// to the next (signatures, times, new ids), only the kind of the value counts.
func answerValue(text []byte, volatile []string) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // 55.0 is not 55
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("the answer is not JSON: %w: %.300s", err, text)
	}
	return withoutVolatile(value, volatile), nil
}

func withoutVolatile(value any, volatile []string) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if slices.Contains(volatile, name) {
				value[name] = fmt.Sprintf("(some %T)", member)
				continue
			}
			value[name] = withoutVolatile(member, volatile)
		}
	case []any:
		for i, element := range value {
			value[i] = withoutVolatile(element, volatile)
		}
	}
	return value
}

// difference says where two answers first differ; "" where they do not. The order of members does not count, that of
// elements does.
func difference(path string, got, want any) string {
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok {
			break
		}
		names := maps.Clone(want)
		maps.Copy(names, got)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if found := difference(path+"."+name, got[name], want[name]); found != "" {
				return found
			}
			if _, ok := got[name]; !ok {
				return path + "." + name + " is missing"
			}
			if _, ok := want[name]; !ok {
				return path + "." + name + " should not be there"
			}
		}
		return ""
	case []any:
		got, ok := got.([]any)
		if !ok {
			break
		}
		if len(got) != len(want) {
			return fmt.Sprintf("%s has %d elements, want %d", path, len(got), len(want))
		}
		for i := range want {
			if found := difference(fmt.Sprintf("%s[%d]", path, i), got[i], want[i]); found != "" {
				return found
			}
		}
		return ""
	}
	if _, isMap := got.(map[string]any); isMap {
		return path + " is an object"
	}
	if _, isList := got.([]any); isList {
		return path + " is a list"
	}
	if got != want {
		return fmt.Sprintf("%s is %v, want %v", path, got, want)
	}
	return ""
}

// elementsAt counts the list at a path of members.
func elementsAt(value any, path ...string) int {
	for _, name := range path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	list, _ := value.([]any)
	return len(list)
}
