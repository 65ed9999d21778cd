#include "net/mail_client.h"

#include <algorithm>
#include <memory>

#include <curl/curl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "net/curl_place.h"

namespace tidemark {
namespace {

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Mime = std::unique_ptr<curl_mime, decltype(&curl_mime_free)>;

/// Of the server's side of the talk the first line that refuses something.
int keep_line(CURL*, curl_infotype type, char* bytes, std::size_t count, void* kept) {
  if (type != CURLINFO_HEADER_IN) return 0;
  std::string line(bytes, count);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  const bool refuses = line.starts_with('4') || line.starts_with('5');
  std::string& first = *static_cast<std::string*>(kept);
  if (refuses && first.empty()) first = std::move(line);
  return 0;
}

void add_text(curl_mime* parts, const std::string& text, const char* type) {
  curl_mimepart* part = curl_mime_addpart(parts);
  curl_mime_data(part, text.data(), text.size());
  curl_mime_type(part, type);
  curl_mime_encoder(part, "quoted-printable");
}

/// A header's text beyond ASCII, as RFC 2047 writes it, word by word.
std::string header_text(const std::string& text) {
  const auto is_plain = [](unsigned char letter) { return letter >= ' ' && letter < 127; };
  if (std::ranges::all_of(text, is_plain)) return text;
  constexpr std::size_t kMostOfAWord = 45;  // of the 75 its encoding may have
  std::string encoded;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) encoded += fmt::format("{}=?UTF-8?Q?{}?=", encoded.empty() ? "" : " ", word);
    word.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 1;  // a word ends between characters, not within one
    while (at + length < text.size() &&
           (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80) {
      ++length;
    }
    std::string letter;
    for (const char byte : text.substr(at, length)) {
      const bool is_simple = std::isalnum(static_cast<unsigned char>(byte)) != 0;
      letter += is_simple ? std::string(1, byte)
                          : fmt::format("={:02X}", static_cast<unsigned char>(byte));
    }
    if (word.size() + letter.size() > kMostOfAWord) end_word();
    word += letter;
    at += length;
  }
  end_word();
  return encoded;
}

}  // namespace

bool is_mail_address(const std::string& text) {
  const auto is_ill = [](unsigned char letter) {
    return letter <= ' ' || letter == 127 || letter == ',' || letter == '<' || letter == '>';
  };
  const auto at = text.find('@');
  return at != std::string::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string::npos && !std::ranges::any_of(text, is_ill);
}

Result<MailReply> send_mail(const MailServer& server, const Mail& mail) {
  CHECK(is_mail_address(mail.from) && std::ranges::all_of(mail.to, is_mail_address));
  const Curl curl(curl_easy_init(), &curl_easy_cleanup);
  CHECK(curl != nullptr);
  CurlList pinned;
  if (server.only_public) {
    auto place = public_place(server.url);
    if (!place) return place.error();
    pinned = *std::move(place);
    curl_easy_setopt(curl.get(), CURLOPT_RESOLVE, pinned.get());
  }
  curl_easy_setopt(curl.get(), CURLOPT_URL, server.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, static_cast<long>(server.seconds));
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl.get(), CURLOPT_USE_SSL,
                   static_cast<long>(server.needs_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  if (!server.user.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, server.password.c_str());
  }
  std::string refusal;
  curl_easy_setopt(curl.get(), CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_DEBUGFUNCTION, &keep_line);
  curl_easy_setopt(curl.get(), CURLOPT_DEBUGDATA, &refusal);

  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, fmt::format("<{}>", mail.from).c_str());
  CurlList recipients;
  for (const std::string& address : mail.to) add(recipients, fmt::format("<{}>", address));
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
  CurlList headers;
  add(headers, "From: Tidemark <" + mail.from + ">");
  add(headers, fmt::format("To: {}", fmt::join(mail.to, ", ")));
  add(headers, "Subject: " + header_text(mail.subject));
  add(headers,
      fmt::format("Message-ID: <{}@{}>", mail.id, mail.from.substr(mail.from.find('@') + 1)));
  add(headers, fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} +0000",
                           fmt::gmtime(std::chrono::system_clock::to_time_t(mail.at))));
  add(headers, "Auto-Submitted: auto-generated");
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  const Mime whole(curl_mime_init(curl.get()), &curl_mime_free);
  curl_mime* both = curl_mime_init(curl.get());  // freed with the whole
  add_text(both, mail.text, "text/plain; charset=utf-8");
  add_text(both, mail.html, "text/html; charset=utf-8");
  curl_mimepart* part = curl_mime_addpart(whole.get());
  curl_mime_subparts(part, both);
  curl_mime_type(part, "multipart/alternative");
  curl_easy_setopt(curl.get(), CURLOPT_MIMEPOST, whole.get());

  const CURLcode outcome = curl_easy_perform(curl.get());
  long code = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &code);
  if (outcome == CURLE_OK) return MailReply{static_cast<int>(code), std::move(refusal)};
  constexpr long kRefusals = 400;
  if (code >= kRefusals) return MailReply{static_cast<int>(code), std::move(refusal)};
  if (outcome == CURLE_LOGIN_DENIED) {
    constexpr int kNotLetIn = 535;
    return MailReply{kNotLetIn, "it does not let us in"};
  }
  return Error{ErrorKind::unavailable, fmt::format("no answer: {}", curl_easy_strerror(outcome))};
}

}  // namespace tidemark
