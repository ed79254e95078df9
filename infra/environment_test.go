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
			environment := map[string]string{}
			set, _ := tpl.function(t, string(f)).Properties["Environment"].(map[string]any)
			variables, _ := set["Variables"].(map[string]any)
			for name, value := range variables {
				environment[name] = tpl.text(t, value)
			}
			if _, err := settings.Read(f, func(name string) string { return environment[name] }); err != nil {
				t.Errorf("%s would not start: %v", f, err)
			}
			for _, variable := range settings.Variables(f) {
				delete(environment, variable.Name)
			}
			for name := range environment {
				t.Errorf("%s is told %s, which it does not read", f, name)
			}
		})
	}
}
