// Package sqs sends jobs to Amazon SQS: it implements the port photos.JobQueue. Taking them is left to Lambda, which
// hands them to the functions and counts their attempts.
package sqs
