# scalesmall_floor(NAME <name> SOURCES <file>... [HEADERS <file>...] [USES <target>...] [NEEDS <target>...])
#
# Makes the static library of one floor: target scalesmall_<name>, also known as scalesmall::<name>. HEADERS names its
# public headers below include/scalesmall: programs include them as <scalesmall/FILE>, and only they are installed. USES
# names the floors below it and the libraries that its public headers show; NEEDS names libraries that only its sources
# use. All settings are the target's own, so that a project which contains this one is left as it is.
function(scalesmall_floor)
  cmake_parse_arguments(PARSE_ARGV 0 floor "" "NAME" "HEADERS;SOURCES;USES;NEEDS")
  set(target scalesmall_${floor_NAME})
  list(TRANSFORM floor_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/include/scalesmall/)

  add_library(${target} STATIC ${floor_SOURCES})
  add_library(scalesmall::${floor_NAME} ALIAS ${target})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  target_sources(${target} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${floor_HEADERS})
  target_link_libraries(${target} PUBLIC ${floor_USES} Threads::Threads PRIVATE ${floor_NEEDS})

  # Compiles each public header alone: target <target>_verify_interface_header_sets.
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${floor_NAME}
    CXX_EXTENSIONS OFF
    VERIFY_INTERFACE_HEADER_SETS ${SCALESMALL_TESTS})
  if(SCALESMALL_INSTALL)
    install(TARGETS ${target} EXPORT scalesmall FILE_SET HEADERS)
  endif()
endfunction()
