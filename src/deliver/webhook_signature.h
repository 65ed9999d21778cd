#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace tidemark {

/// A secret to sign with, as the Standard Webhooks specification writes it: `whsec_` and base64.
std::string make_signing_secret();

/// Fails with `invalid_input` where it is none: 24 to 64 bytes.
Result<void> check_signing_secret(std::string_view secret);

/// The header `webhook-signature` of an attempt at `at`: `v1,` and HMAC-SHA256 over
/// `id.seconds.body`, once for each secret that is not empty, with a space between.
std::string webhook_signature(std::string_view secret, std::string_view previous_secret,
                              std::string_view id, Instant at, std::string_view body);

}  // namespace tidemark
