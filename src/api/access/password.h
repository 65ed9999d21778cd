#pragma once

#include <string>
#include <string_view>

namespace tidemark {

/// Why a password is not taken; empty where it is: 12 to 200 bytes, and not one of those that are
/// tried first.
std::string password_problem(std::string_view password, std::string_view email);

/// A password's hash by argon2id, with its salt and cost, as text.
std::string password_hash(std::string_view password);

/// Whether a hash is of that password. Takes as long where there is no hash, so that nobody learns
/// who signs in here.
bool is_password_of(std::string_view password, const std::string& hash);

}  // namespace tidemark
