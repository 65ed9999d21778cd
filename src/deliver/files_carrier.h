#pragma once

#include "deliver/carrier.h"
#include "model/table_rows.h"

namespace tidemark {

/// Writes where all accounts stand on a published day as a CSV or Parquet file, a row an account:
/// `NAME-2026-03-01.csv` in the destination's folder, by default `files/NAME` of the workspace. A
/// file is there whole or not at all; one of the same day is replaced.
class FilesCarrier final : public Carrier {
 public:
  FilesCarrier(std::filesystem::path folder, StandingsOn standings)
      : folder_(std::move(folder)), standings_(std::move(standings)) {}

  /// A delivery that names an account, a test, is a file of one row.
  Carried carry(const Shipment& shipment) override;
  std::string words(const Shipment& shipment) override;

 private:
  std::filesystem::path file_of(const Destination& destination, const Parcel& delivery) const;
  Result<TableRows> table_of(const Destination& destination, const Parcel& delivery) const;

  std::filesystem::path folder_;  // of the workspace
  StandingsOn standings_;
};

/// Whether a file is written of the day.
bool is_due(Rhythm rhythm, Day day);

}  // namespace tidemark
