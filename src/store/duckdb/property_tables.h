#pragma once

#include "store/duckdb/database.h"
#include "store/store.h"

namespace tidemark::duck {

/// Stores statements, within the caller's transaction. One without a date holds from the beginning
/// where it is the first of its property, else from `started`; one that says what holds already is
/// passed over.
Result<void> append_statements(Connection& connection, const StatementBatch& statements,
                               const Import& import);

/// Stores statements that all have their date, as they are, within the caller's transaction.
Result<void> append_dated_statements(Connection& connection, const StatementBatch& statements);

/// Statements about accounts, by account, property, date and order of arrival; of these properties
/// only, all where none is named.
Result<std::vector<Statement>> account_statements(Connection& connection,
                                                  const std::vector<std::string>& properties);
Result<std::vector<Statement>> statements_of_account(Connection& connection, AccountNumber account);

/// One property of these users, in the same order.
Result<std::vector<Statement>> statements_of_users(Connection& connection,
                                                   const std::vector<std::string>& users,
                                                   const std::string& property);

}  // namespace tidemark::duck
