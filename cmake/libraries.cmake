# What Tidemark stands on. All from Debian, but DuckDB, which tools/fetch-duckdb puts into build/duckdb.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)

# Libraries without a CMake package of their own.
function(tidemark_library name file)
  find_library(${name}_FILE ${file} REQUIRED)
  add_library(${name} INTERFACE)
  target_link_libraries(${name} INTERFACE ${${name}_FILE})
endfunction()
tidemark_library(date-tz date-tz)
tidemark_library(csv csv)
tidemark_library(zstd zstd)
tidemark_library(xxhash xxhash)
tidemark_library(re2 re2)
tidemark_library(rocksdb rocksdb)
add_library(tomlplusplus INTERFACE)

set(TIDEMARK_DUCKDB ${CMAKE_SOURCE_DIR}/build/duckdb)
if(NOT EXISTS ${TIDEMARK_DUCKDB}/complete)
  message(FATAL_ERROR "DuckDB is not there yet; run tools/fetch-duckdb")
endif()
add_library(duckdb SHARED IMPORTED)
set_target_properties(duckdb PROPERTIES
  IMPORTED_LOCATION ${TIDEMARK_DUCKDB}/lib/libduckdb.so
  INTERFACE_INCLUDE_DIRECTORIES ${TIDEMARK_DUCKDB}/include)
