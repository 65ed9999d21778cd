#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/account_news.h"
#include "model/table_rows.h"

namespace tidemark {

/// What a field of the other end is given, as people write it: a value of Tidemark, or
/// `property.NAME` of the account, and behind a bar what is made of it: `level|title`,
/// `level|map high=Hot, low=Cold`, `property.plan|upper`.
struct FieldValue {
  std::string source;
  std::string transform = {};  // empty: as it is

  /// Fails with `invalid_input`, naming what there is.
  static Result<FieldValue> parse(std::string_view text);

  /// The property it asks of accounts; empty: none.
  std::string property() const;
  /// What its text is: a text, a number or a day.
  TableColumn::Type type() const;
  bool is_number() const { return type() == TableColumn::Type::number; }
  /// As text; empty where there is nothing.
  std::string of(const AccountNews& news) const;
};

/// The number that a text is; none where it is none.
std::optional<double> number_in(std::string_view text);

}  // namespace tidemark
