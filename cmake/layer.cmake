# tidemark_layer(<name> [USES <lower layers>...] [LIBRARIES <outside libraries>...] [PRECOMPILED <headers>...]): one folder
# of src/ = one library. Its tests stand beside its code as *_test.cpp and are gathered in TIDEMARK_TEST_SOURCES.
# What nearly every source includes is compiled once, in base; a layer with PRECOMPILED has that and its own.
set(TIDEMARK_PRECOMPILED <algorithm> <chrono> <filesystem> <functional> <map> <memory> <optional> <ranges> <span> <string>
  <string_view> <unordered_map> <variant> <vector> <fmt/format.h>)
function(tidemark_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "" "" "USES;LIBRARIES;PRECOMPILED")
  set(folder ${CMAKE_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${folder}/*.h)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${folder}/*_test.cpp)
  list(REMOVE_ITEM sources ${tests} ${CMAKE_SOURCE_DIR}/src/cli/main.cpp)
  if(sources)
    set(scope PUBLIC)
    add_library(${name} STATIC ${sources})
  else()
    set(scope INTERFACE)
    add_library(${name} INTERFACE)
  endif()
  # A header with a source file of its own is the first that this includes (tools/layers.py), so it is compiled alone
  # anyway. Only the others are compiled once more.
  set(alone ${headers})
  foreach(header ${headers})
    string(REGEX REPLACE "\\.h$" ".cpp" source ${header})
    if(EXISTS ${source})
      list(REMOVE_ITEM alone ${header})
    endif()
  endforeach()
  list(REMOVE_ITEM headers ${alone})
  target_sources(${name} ${scope} FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR}/src FILES ${headers})
  if(alone)
    target_sources(${name} ${scope} FILE_SET alone TYPE HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR}/src FILES ${alone})
    set_target_properties(${name} PROPERTIES INTERFACE_HEADER_SETS_TO_VERIFY alone)
  else()
    set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS OFF)
  endif()
  target_link_libraries(${name} ${scope} ${layer_USES} ${layer_LIBRARIES})
  if(name STREQUAL base OR layer_PRECOMPILED)
    target_precompile_headers(${name} PRIVATE ${TIDEMARK_PRECOMPILED} ${layer_PRECOMPILED})
  elseif(sources)
    target_precompile_headers(${name} REUSE_FROM base)
  endif()
  set_property(GLOBAL APPEND PROPERTY TIDEMARK_TEST_SOURCES ${tests})
  set_property(GLOBAL APPEND PROPERTY TIDEMARK_LAYERS ${name})
endfunction()

# tidemark_embed_migrations(<layer> <folder>): the folder's numbered .sql files as the array kMigrationFiles.
function(tidemark_embed_migrations layer folder)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.sql)
  list(SORT files)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
  set(entries "")
  foreach(file ${files})
    file(READ ${file} text)
    string(APPEND entries "R\"sql(\n${text})sql\",\n")
  endforeach()
  list(LENGTH files count)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/store/duckdb/migration_files.h CONTENT
"#pragma once

#include <array>
#include <string_view>

namespace tidemark::duck {

inline constexpr std::array<std::string_view, ${count}> kMigrationFiles = {
${entries}};

}  // namespace tidemark::duck
" @ONLY)
  target_include_directories(${layer} PRIVATE ${CMAKE_BINARY_DIR}/generated)
endfunction()

# tidemark_embed_text(<layer> <file> <header> <name>): the file's text as what the function <name> of a generated header
# returns. In parts, as compilers take literals of a limited length only.
function(tidemark_embed_text layer file header name)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${file})
  file(READ ${CMAKE_SOURCE_DIR}/${file} text)
  string(LENGTH "${text}" length)
  set(parts "")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 8000 part)
    string(APPEND parts "\n           std::string_view(R\"text(${part})text\"),")
    math(EXPR at "${at} + 8000")
  endwhile()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/${layer}/${header} CONTENT
"#pragma once

#include <string>
#include <string_view>

namespace tidemark {

inline std::string ${name}() {
  std::string text;
  for (const std::string_view part : {${parts}}) {
    text += part;
  }
  return text;
}

}  // namespace tidemark
" @ONLY)
  target_include_directories(${layer} PUBLIC ${CMAKE_BINARY_DIR}/generated/${layer})
endfunction()

# tidemark_embed_pages(<layer>): the dashboard, built from web/ by tools/build-web. All kinds of builds share it.
function(tidemark_embed_pages layer)
  set(folder ${CMAKE_SOURCE_DIR}/build/web)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/src/* ${CMAKE_SOURCE_DIR}/web/public/*)
  list(FILTER sources EXCLUDE REGEX "schema\\.d\\.ts$")
  add_custom_command(OUTPUT ${folder}/pages.S ${folder}/pages_table.h
    COMMAND ${CMAKE_SOURCE_DIR}/tools/build-web
    DEPENDS ${sources} ${CMAKE_SOURCE_DIR}/web/index.html ${CMAKE_SOURCE_DIR}/web/package-lock.json
      ${CMAKE_SOURCE_DIR}/web/vite.config.ts ${CMAKE_SOURCE_DIR}/web/tsconfig.json
      ${CMAKE_SOURCE_DIR}/src/api/openapi.json ${CMAKE_SOURCE_DIR}/tools/build-web
    COMMENT "Building the dashboard"
    VERBATIM)
  target_sources(${layer} PRIVATE ${folder}/pages.S ${folder}/pages_table.h)
  set_source_files_properties(${folder}/pages.S PROPERTIES OBJECT_DEPENDS ${folder}/pages_table.h SKIP_PRECOMPILE_HEADERS ON)
  target_include_directories(${layer} PRIVATE ${folder})
endfunction()
