#pragma once

#include <string>

#include "store/sqlite/control.h"

namespace tidemark {

/// Invites someone, who signs in from then on by opening the link, once, within a week. Older links
/// of the same e-mail are worth nothing any more; no e-mail: whoever opens it says theirs.
Result<std::string> invitation_link(Control& control, const std::string& url,
                                    const std::string& email, Access access, Instant now);

}  // namespace tidemark
