#pragma once

#include <optional>
#include <string>

#include "model/access.h"

namespace tidemark {

/// Who sent a request.
struct Caller {
  Access access = Access::none;
  std::string name;              // an e-mail, a key's first characters, or "command line"
  std::optional<Person> person;  // who is signed in
  std::optional<Session> session;
  bool is_local = false;  // a command of this workspace, on this machine
};

/// `read`, `write`, `admin` for a key; `viewer`, `analyst`, `admin`, `owner` for a person.
std::string_view scope_name(Access access);
std::string_view role_name(Access access);
std::optional<Access> scope_named(std::string_view name);
std::optional<Access> role_named(std::string_view name);

}  // namespace tidemark
