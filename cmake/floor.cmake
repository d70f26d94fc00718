# scalesmall_floor(NAME <name> SOURCES <file>... [USES <target>...])
#
# Makes the static library of one floor: target scalesmall_<name>, also known as scalesmall::<name>. Includes are
# written from the repository's root. USES names the floors below it and the libraries that its headers show.
function(scalesmall_floor)
  cmake_parse_arguments(PARSE_ARGV 0 floor "" "NAME" "SOURCES;USES")
  set(target scalesmall_${floor_NAME})

  add_library(${target} STATIC ${floor_SOURCES})
  add_library(scalesmall::${floor_NAME} ALIAS ${target})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/scalesmall>)
  target_link_libraries(${target} PUBLIC ${floor_USES} Threads::Threads)

  set_target_properties(${target} PROPERTIES EXPORT_NAME ${floor_NAME})
  install(TARGETS ${target} EXPORT scalesmall)
  install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/scalesmall
    FILES_MATCHING PATTERN "*.hpp")
endfunction()
