#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace tidemark {

/// Whether an IP address, as text, is one of the public internet.
bool is_public_address(const std::string& address);

/// The addresses of a host. Fails with `unavailable` where nobody knows it, with `invalid_input`
/// where one of them is not public.
Result<std::vector<std::string>> public_addresses(const std::string& host, const std::string& port);

}  // namespace tidemark
