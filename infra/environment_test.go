package infra

import (
	"testing"

	"pam/internal/aws/settings"
)

// TestEveryVariableThatAFunctionReadsIsSetAndNoOther evaluates the environment of each function and has the function's own
// code read it.
func TestEveryVariableThatAFunctionReadsIsSetAndNoOther(t *testing.T) {
	tpl := readTemplate(t)
	if got, want := len(tpl.ofType("AWS::Lambda::Function")), len(settings.Functions()); got != want {
		t.Errorf("the template has %d functions, want the %d that there are and none of a tool's own", got, want)
	}
	for _, f := range settings.Functions() {
		t.Run(string(f), func(t *testing.T) {
			tpl.settings(t, f)
			environment := tpl.environment(t, f)
			for _, variable := range settings.Variables(f) {
				delete(environment, variable.Name)
			}
			for name := range environment {
				t.Errorf("%s is told %s, which it does not read", f, name)
			}
		})
	}
}
