// Package settings reads what a Lambda function is told by its environment: the variables, what each must look like, and
// which function reads which. It reads no others, so that a function can be given just what it needs, and it is the only
// place that knows their names; what creates the functions is checked against Table.
//
// Region, credentials, and the endpoints of stand-ins for Amazon's services (AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3) are the
// SDK's own variables, read by ReadAWS.
package settings
