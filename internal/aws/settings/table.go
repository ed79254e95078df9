package settings

// Function is one of the Lambda functions, by the name of its folder below lambda.
type Function string

// The functions.
const (
	API      Function = "api"
	Detector Function = "detector"
	Archiver Function = "archiver"
	Sweeper  Function = "sweeper"
)

// Functions gives all of them.
func Functions() []Function { return []Function{API, Detector, Archiver, Sweeper} }

// The names of the variables.
const (
	Table            = "PAM_TABLE"
	StorageBucket    = "PAM_STORAGE_BUCKET"
	WorkingBucket    = "PAM_WORKING_BUCKET"
	DetectorQueueURL = "PAM_DETECTOR_QUEUE_URL"
	ArchiverQueueURL = "PAM_ARCHIVER_QUEUE_URL"
	MaxReceives      = "PAM_MAX_RECEIVES"
	Issuer           = "PAM_ISSUER"
	ClientIDs        = "PAM_CLIENT_IDS"
	UserPoolID       = "PAM_USER_POOL_ID"
	Site             = "PAM_SITE"
	LoginOrigins     = "PAM_LOGIN_ORIGINS"
	LogoutURL        = "PAM_LOGOUT_URL"
	AllowOrigins     = "PAM_ALLOW_ORIGINS"
	StoreOrigin      = "PAM_STORE_ORIGIN"
	TopicPrefix      = "PAM_TOPIC_PREFIX"
	ArchiveMemory    = "PAM_ARCHIVE_MEMORY"
)

// Variable is one variable of a function's environment.
type Variable struct {
	Name     string
	Rule     string // what it must be, as an error says it
	Optional bool
	set      func(s *Settings, value string) error
}

// Variables gives what a function reads, in the order of the documentation; nothing for an unknown function.
func Variables(f Function) []Variable {
	var read []Variable
	for _, entry := range table() {
		for _, reader := range entry.readers {
			if reader == f {
				read = append(read, entry.Variable)
			}
		}
	}
	return read
}

// entry says who reads a variable.
type entry struct {
	Variable
	readers []Function
}

// table is every variable, with its rule and its readers.
func table() []entry {
	everyone := Functions()
	queued := []Function{Detector, Archiver}
	told := []Function{API, Archiver}
	return []entry{
		{required(Table, "the name of the DynamoDB table: 3 to 255 of A-Z a-z 0-9 _ . -", tableName(func(s *Settings) *string { return &s.Table })), everyone},
		{required(StorageBucket, "the name of a bucket: 3 to 63 of a-z 0-9 . -", bucketName(func(s *Settings) *string { return &s.StorageBucket })), everyone},
		{required(WorkingBucket, "the name of a bucket: 3 to 63 of a-z 0-9 . -", bucketName(func(s *Settings) *string { return &s.WorkingBucket })), everyone},
		{required(DetectorQueueURL, "the https URL of an SQS queue", anyURL(func(s *Settings) *string { return &s.DetectorQueueURL })), []Function{Detector, Sweeper}},
		{required(ArchiverQueueURL, "the https URL of an SQS queue", anyURL(func(s *Settings) *string { return &s.ArchiverQueueURL })), []Function{API, Archiver, Sweeper}},
		{required(MaxReceives, "the maxReceiveCount of the queue's redrive policy: 2 to 1000", wholeNumber(func(s *Settings) *int { return &s.MaxReceives }, 2, 1000)), queued},
		{required(Issuer, "the https URL of the OpenID Connect issuer, without a slash at the end", issuerURL), []Function{API}},
		{required(ClientIDs, "ids of clients, separated by commas; the pages' own first", list(func(s *Settings) *[]string { return &s.ClientIDs }, plainID)), []Function{API}},
		{required(UserPoolID, "the id of a Cognito user pool, such as eu-central-1_AbCdEfGhI", poolID), []Function{API}},
		{required(Site, "the origin of the pages, such as https://photos.example.org", origin(func(s *Settings) *string { return &s.Site })), told},
		{optional(LoginOrigins, "origins, such as https://login.example.org, separated by commas", list(func(s *Settings) *[]string { return &s.LoginOrigins }, checkOrigin)), []Function{API}},
		{optional(LogoutURL, "an https URL", anyURL(func(s *Settings) *string { return &s.LogoutURL })), []Function{API}},
		{optional(AllowOrigins, "origins, such as https://example.org, separated by commas", list(func(s *Settings) *[]string { return &s.AllowOrigins }, checkOrigin)), []Function{API}},
		{required(StoreOrigin, "the origin of signed links, such as https://bucket.s3.eu-central-1.amazonaws.com", origin(func(s *Settings) *string { return &s.StoreOrigin })), []Function{API}},
		{required(TopicPrefix, "how the ARNs of the owners' SNS topics begin, such as arn:aws:sns:eu-central-1:111122223333:pam-", topicPrefix), told},
		{optional(ArchiveMemory, "bytes of memory for the parts of archives, 50331648 (48 MiB) or more", archiveMemory), []Function{Archiver}},
	}
}

func required(name, rule string, set func(*Settings, string) error) Variable {
	return Variable{Name: name, Rule: rule, set: set}
}

func optional(name, rule string, set func(*Settings, string) error) Variable {
	return Variable{Name: name, Rule: rule, Optional: true, set: set}
}
