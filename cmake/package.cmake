# Installs the CMake package, so that a program says find_package(scalesmall) and links scalesmall::scalesmall, or
# find_package(scalesmall COMPONENTS supervision) and links scalesmall::supervision, which needs only CAF's core.
include(CMakePackageConfigHelpers)

set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/scalesmall)
write_basic_package_version_file(scalesmallConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_LIST_DIR}/scalesmallConfig.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindCAF.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindAsio.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindSodium.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/scalesmallConfigVersion.cmake
  DESTINATION ${package_directory})
install(EXPORT scalesmall NAMESPACE scalesmall:: FILE scalesmallTargets.cmake DESTINATION ${package_directory})
