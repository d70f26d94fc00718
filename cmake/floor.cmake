# scalesmall_floor(NAME <name> SOURCES <file>... [HEADERS <file>...] [USES <target>...])
#
# Makes the static library of one floor: target scalesmall_<name>, with the alias scalesmall::<name>. HEADERS names the
# public headers of the floor below include/scalesmall: programs include them as <scalesmall/FILE>, and only they are
# installed. USES names the floors below this one, and the libraries that its public headers need.
function(scalesmall_floor)
  cmake_parse_arguments(PARSE_ARGV 0 floor "" "NAME" "HEADERS;SOURCES;USES")
  set(target scalesmall_${floor_NAME})
  list(TRANSFORM floor_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/include/scalesmall/)

  add_library(${target} STATIC ${floor_SOURCES})
  add_library(scalesmall::${floor_NAME} ALIAS ${target})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_sources(${target} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${floor_HEADERS})
  target_link_libraries(${target} PUBLIC ${floor_USES} Threads::Threads)

  set_target_properties(${target} PROPERTIES EXPORT_NAME ${floor_NAME})
  install(TARGETS ${target} EXPORT scalesmall FILE_SET HEADERS)
endfunction()
