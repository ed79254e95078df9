package s3server

// Busy tells whether a request is being answered.
func (s *Server) Busy() bool {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	return s.gate.inside > 0
}
