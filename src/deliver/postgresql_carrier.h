#pragma once

#include "deliver/carrier.h"

struct pg_conn;

namespace tidemark {

/// Whether an address holds what a database's may and nothing else: host, port, user, name,
/// sslmode. Fails with `invalid_input`, saying what must not be there.
Result<void> check_postgresql_address(const std::string& url);

/// Keeps where accounts stand in the table `engagement_accounts` of a PostgreSQL database, a row an
/// account, a column a field. Makes the table, and columns it lacks, where it may. Rows are written
/// all or none, and stay when an account is gone.
class PostgresqlCarrier final : public Carrier {
 public:
  Carried carry(const Shipment& shipment) override;
  Result<Holdings> held(const Destination& destination, const OpenSecrets& secrets,
                        const std::vector<std::string>& accounts, const Clock& clock) override;
  std::string words(const Shipment& shipment) override;

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };

  /// Connects, and sees to the table; nothing to do where that is done.
  Result<void> open(const Shipment& shipment);

  std::unique_ptr<pg_conn, Close> connection_;
  std::string opened_as_;  // what it was opened with, secret and fields included
};

}  // namespace tidemark
