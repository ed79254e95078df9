// Package inbox is the laptop's Notifier. The catalog keeps every notice for the API; inbox also mails it to the owner
// when a mail server is configured. Production uses SNS instead.
package inbox

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"pam/internal/photos"
)

// sendTimeout bounds one message, from dialling to the server's last word.
const sendTimeout = 20 * time.Second

// Subscriptions remembers who wants notices by e-mail.
type Subscriptions interface {
	SaveSubscription(ctx context.Context, owner photos.Owner, s photos.NoticeSubscription) error
	// Subscription gives an *photos.Error with code NotFound where there is none.
	Subscription(ctx context.Context, owner photos.Owner) (photos.NoticeSubscription, error)
}

// Config says where notices go.
type Config struct {
	Subscriptions Subscriptions
	// SMTP is the mail server: smtp://[user:password@]host[:port], with TLS from the start as smtps://. Over smtp:// the
	// connection is upgraded by STARTTLS where the server offers it, and must be before a password is sent. Empty for no
	// mail: notices then stay in the API.
	SMTP string
	// From is the sender's address.
	From string
	// Site is the URL of PAM, which messages point to. They never carry a link to the archive itself: mail is not secret.
	Site string
}

// Inbox sends notices by SMTP. It is safe for concurrent use.
type Inbox struct {
	subscriptions Subscriptions
	client        *mail.Client // nil without a mail server
	from          string
	site          string
}

var _ photos.Notifier = (*Inbox)(nil)

// New checks the configuration. It does not connect: a mail server may come up later.
func New(c Config) (*Inbox, error) {
	in := &Inbox{subscriptions: c.Subscriptions, from: c.From, site: c.Site}
	if c.SMTP == "" {
		return in, nil
	}
	host, options, err := smtpOptions(c.SMTP)
	if err != nil {
		return nil, err
	}
	if in.client, err = mail.NewClient(host, options...); err != nil {
		return nil, fmt.Errorf("inbox: mail server: %w", err)
	}
	if err := mail.NewMsg().From(c.From); err != nil {
		return nil, fmt.Errorf("inbox: sender: %w", err)
	}
	return in, nil
}

// smtpOptions reads the URL of a mail server.
func smtpOptions(raw string) (string, []mail.Option, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", nil, errors.New("inbox: the mail server is not a URL such as smtp://mail.example.org:587") // url.Parse's error would echo the password
	}
	options := []mail.Option{mail.WithTimeout(sendTimeout)}
	switch u.Scheme {
	case "smtp":
		policy := mail.TLSOpportunistic
		if u.User != nil {
			policy = mail.TLSMandatory
		}
		options = append(options, mail.WithTLSPortPolicy(policy))
	case "smtps":
		options = append(options, mail.WithSSLPort(false))
	default:
		return "", nil, fmt.Errorf("inbox: the mail server's URL begins smtp:// or smtps://, not %q", u.Scheme)
	}
	if u.Hostname() == "" {
		return "", nil, errors.New("inbox: the mail server's URL names no host")
	}
	if port := u.Port(); port != "" {
		n, err := strconv.Atoi(port)
		if err != nil {
			return "", nil, fmt.Errorf("inbox: the mail server's port: %w", err)
		}
		options = append(options, mail.WithPort(n))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	return u.Hostname(), options, nil
}

// Subscribe implements photos.Notifier. The local login vouches for addresses, so there is nothing to confirm.
func (in *Inbox) Subscribe(ctx context.Context, owner photos.Owner, address string) (photos.NoticeSubscription, error) {
	s := photos.NoticeSubscription{Address: address, Confirmed: true}
	if err := in.subscriptions.SaveSubscription(ctx, owner, s); err != nil {
		return photos.NoticeSubscription{}, fmt.Errorf("remember the subscription: %w", err)
	}
	return s, nil
}

// Notify implements photos.Notifier.
func (in *Inbox) Notify(ctx context.Context, n photos.Notice, a photos.Archive) error {
	if in.client == nil {
		return nil
	}
	s, err := in.subscriptions.Subscription(ctx, n.Owner)
	switch {
	case photos.CodeOf(err) == photos.NotFound:
		return nil
	case err != nil:
		return fmt.Errorf("look up the subscription: %w", err)
	case !s.Confirmed:
		return nil
	}
	m, err := in.message(s.Address, n, a)
	if err != nil {
		return fmt.Errorf("write the message: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if err := in.client.DialAndSendWithContext(ctx, m); err != nil {
		return fmt.Errorf("send the message: %w", err)
	}
	return nil
}

func (in *Inbox) message(to string, n photos.Notice, a photos.Archive) (*mail.Msg, error) {
	m := mail.NewMsg()
	if err := m.From(in.from); err != nil {
		return nil, err
	}
	if err := m.To(to); err != nil {
		return nil, err
	}
	m.SetDate()
	page := photos.ArchivePage(in.site, a.ID)
	m.SetMessageIDWithValue(n.ID + "@pam") // one notice is one message, also when it is sent twice
	switch n.Kind {
	case photos.NoticeArchiveFailed:
		m.Subject("Your archive could not be built: " + a.Name)
		reason := "The reason is not known."
		if a.Failure != nil {
			reason = a.Failure.Message
		}
		m.SetBodyString(mail.TypeTextPlain, fmt.Sprintf("The archive %q could not be built.\n\n%s\n\n%s\n", a.Name, reason, page))
	default:
		m.Subject("Your archive is ready: " + a.Name)
		m.SetBodyString(mail.TypeTextPlain, fmt.Sprintf("The archive %q is ready: %d photos, %d bytes. It can be downloaded until %s.\n\n%s\n",
			a.Name, a.PhotoCount-a.SkippedCount, a.Size, a.ExpiresAt.UTC().Format("2 January 2006 15:04 UTC"), page))
	}
	return m, nil
}
