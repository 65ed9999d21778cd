#include "model/email_domain.h"

#include <algorithm>
#include <array>

namespace tidemark {
namespace {

// Sorted. Providers of mail for anybody, of internet access, and of addresses for an hour.
constexpr std::array kAnybodys = std::to_array<std::string_view>({
    "10minutemail.com", "126.com",         "163.com",        "aim.com",         "alice.it",
    "aol.com",          "arcor.de",        "att.net",        "bellsouth.net",   "bigpond.com",
    "bluewin.ch",       "bol.com.br",      "btinternet.com", "charter.net",     "comcast.net",
    "cox.net",          "daum.net",        "docomo.ne.jp",   "duck.com",        "earthlink.net",
    "email.com",        "ezweb.ne.jp",     "fastmail.com",   "fastmail.fm",     "foxmail.com",
    "free.fr",          "freenet.de",      "gmail.com",      "gmx.at",          "gmx.ch",
    "gmx.com",          "gmx.de",          "gmx.net",        "googlemail.com",  "guerrillamail.com",
    "hanmail.net",      "hey.com",         "hotmail.co.uk",  "hotmail.com",     "hotmail.de",
    "hotmail.es",       "hotmail.fr",      "hotmail.it",     "hushmail.com",    "icloud.com",
    "ig.com.br",        "inbox.com",       "inbox.lv",       "interia.pl",      "juno.com",
    "kpnmail.nl",       "laposte.net",     "libero.it",      "live.co.uk",      "live.com",
    "live.de",          "live.fr",         "live.nl",        "mac.com",         "mail.com",
    "mail.de",          "mail.ru",         "mailbox.org",    "mailinator.com",  "me.com",
    "msn.com",          "naver.com",       "netscape.net",   "nifty.com",       "o2.pl",
    "optonline.net",    "optusnet.com.au", "orange.fr",      "outlook.com",     "outlook.de",
    "outlook.es",       "outlook.fr",      "pm.me",          "posteo.de",       "proton.me",
    "protonmail.ch",    "protonmail.com",  "qq.com",         "rambler.ru",      "rediffmail.com",
    "rocketmail.com",   "rogers.com",      "sbcglobal.net",  "seznam.cz",       "sfr.fr",
    "shaw.ca",          "sina.com",        "sky.com",        "skynet.be",       "softbank.ne.jp",
    "sohu.com",         "sympatico.ca",    "t-online.de",    "talktalk.net",    "telenet.be",
    "tempmail.com",     "terra.com.br",    "tiscali.it",     "trashmail.com",   "tutanota.com",
    "uol.com.br",       "verizon.net",     "virgilio.it",    "virginmedia.com", "wanadoo.fr",
    "web.de",           "wp.pl",           "yahoo.ca",       "yahoo.co.in",     "yahoo.co.jp",
    "yahoo.co.uk",      "yahoo.com",       "yahoo.com.br",   "yahoo.de",        "yahoo.es",
    "yahoo.fr",         "yahoo.it",        "yandex.com",     "yandex.ru",       "yeah.net",
    "ymail.com",        "yopmail.com",     "ziggo.nl",       "zoho.com",
});
static_assert(std::ranges::is_sorted(kAnybodys));

}  // namespace

std::optional<std::string> company_domain(std::string_view email) {
  const auto at = email.find('@');
  if (at == 0 || at == std::string_view::npos || email.find('@', at + 1) != email.npos) {
    return std::nullopt;
  }
  std::string domain(email.substr(at + 1));
  const auto dot = domain.find('.');
  if (dot == 0 || dot == std::string::npos || domain.ends_with('.')) return std::nullopt;
  for (char& character : domain) {
    const bool is_usual = (character >= 'a' && character <= 'z') ||
                          (character >= 'A' && character <= 'Z') ||
                          (character >= '0' && character <= '9') || character == '-' ||
                          character == '.' || static_cast<unsigned char>(character) >= 0x80;
    if (!is_usual) return std::nullopt;
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  if (std::ranges::binary_search(kAnybodys, std::string_view(domain))) return std::nullopt;
  return domain;
}

}  // namespace tidemark
