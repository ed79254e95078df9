// Package sns mails notices by Amazon SNS: it implements the port photos.Notifier.
//
// Each owner who wants notices has a topic with one subscription, of the protocol email. SNS asks the owner for a
// confirmation, sends the mails, and puts a link into each that ends the subscription. Nothing is remembered elsewhere: the
// topic's name follows from the owner, so none is ever looked for.
package sns
