#include "api/invitation_link.h"

#include "base/sha256.h"
#include "wire/secret.h"

namespace tidemark {

Result<std::string> invitation_link(Control& control, const std::string& url,
                                    const std::string& email, Access access, Instant now) {
  constexpr std::chrono::hours kValid{24 * 7};
  const std::string token = make_secret("");
  const auto invited = control.people().invite({sha256(token), email, access, now, now + kValid});
  if (!invited) return invited.error();
  // Behind the #, so that no server on the way sees or logs it.
  return url + "/join#" + token;
}

}  // namespace tidemark
