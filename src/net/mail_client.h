#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace tidemark {

/// A message to people, as text and as a page of the same.
struct Mail {
  std::string id;    // the same whenever it is sent
  std::string from;  // an address
  std::vector<std::string> to;
  std::string subject;
  std::string text;
  std::string html;
  Instant at;  // when it is sent
};

/// The server that takes mail.
struct MailServer {
  std::string url;   // smtp://host:587, with TLS from the second word on, or smtps://host
  std::string user;  // empty: it asks for none
  std::string password;
  bool only_public = false;  // as of `ClientRequest`
  bool needs_tls = true;
  int seconds = 60;
};

/// What the server says.
struct MailReply {
  int code = 0;      // RFC 5321: 2xx taken, 4xx not now, 5xx never
  std::string text;  // of a refusal
};

/// Sends a message. Fails with `unavailable` where no answer comes, and as `ask` does for hosts
/// within a private network; what the server refuses is an answer. With several recipients all are
/// taken or none.
Result<MailReply> send_mail(const MailServer& server, const Mail& mail);

/// Whether the text is an address as a mail's header can hold: one @, nothing that ends a line.
bool is_mail_address(const std::string& text);

}  // namespace tidemark
