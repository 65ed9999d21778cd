#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace tidemark {

enum class ErrorKind { invalid_input, not_found, conflict, unavailable, interrupted, corrupt_data };

/// Why something did not happen, in words its caller can act on.
struct Error {
  ErrorKind kind;
  std::string message;
};

/// A value, or the error that explains why there is none. Ignoring one does not compile.
template <class T>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose: `return value;` and `return Error{...};` read as what they are.
  Result(T value) : outcome_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : outcome_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const noexcept { return outcome_.index() == 0; }

  const T& operator*() const& {
    CHECK(*this);
    return *std::get_if<0>(&outcome_);
  }
  T& operator*() & {
    CHECK(*this);
    return *std::get_if<0>(&outcome_);
  }
  // By value, so that `for (auto& item : *list())` does not outlive what it walks over.
  T operator*() && {
    CHECK(*this);
    return std::move(*std::get_if<0>(&outcome_));
  }
  const T* operator->() const { return &**this; }
  T* operator->() { return &**this; }

  const Error& error() const {
    CHECK(!*this);
    return *std::get_if<1>(&outcome_);
  }

 private:
  std::variant<T, Error> outcome_;
};

/// Done, or the error that explains why not.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  explicit operator bool() const noexcept { return !error_; }
  const Error& error() const {
    CHECK(error_.has_value());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace tidemark
