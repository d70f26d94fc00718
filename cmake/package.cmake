# Installs the files that other programs build against, and packs everything for Debian.
#
# CMake: find_package(scalesmall) and scalesmall::scalesmall; the components owner_actors, ops and testing give targets of
# those names beside it; find_package(scalesmall COMPONENTS supervision) gives scalesmall::supervision alone, which needs
# only CAF's core. pkg-config: scalesmall, scalesmall-owner-actors, scalesmall-ops, scalesmall-testing, scalesmall-supervision. All paths
# in them are relative to where they stand, so the installed tree may be moved.
include(CMakePackageConfigHelpers)

set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/scalesmall)
write_basic_package_version_file(scalesmallConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_LIST_DIR}/scalesmallConfig.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindCAF.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindMicrohttpd.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindSodium.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/scalesmallConfigVersion.cmake
  DESTINATION ${package_directory})
install(EXPORT scalesmall NAMESPACE scalesmall:: FILE scalesmallTargets.cmake DESTINATION ${package_directory})

set(pkgconfig_directory ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH up_to_prefix /prefix/${pkgconfig_directory} /prefix)
string(REGEX REPLACE "/$" "" up_to_prefix ${up_to_prefix})
set(modules scalesmall-supervision)
if(SCALESMALL_NODE)
  list(APPEND modules scalesmall)
endif()
if(SCALESMALL_OWNER_ACTORS)
  list(APPEND modules scalesmall-owner-actors)
endif()
if(SCALESMALL_OPS)
  list(APPEND modules scalesmall-ops)
endif()
if(SCALESMALL_TESTING)
  list(APPEND modules scalesmall-testing)
endif()
foreach(name ${modules})
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${name}.pc.in ${name}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc DESTINATION ${pkgconfig_directory})
endforeach()

if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()

# Two packages: scalesmall is the program with its service, libscalesmall-dev all else.
set(scripts postinst prerm postrm conffiles)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME scalesmall)
set(CPACK_PACKAGE_CONTACT "The scalesmall authors <scalesmall@scalesmall.example>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
  "A node with an interactive shell, or without one as a service of systemd.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME scalesmall)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_CONTROL_STRICT_PERMISSION ON)
list(TRANSFORM scripts PREPEND ${PROJECT_SOURCE_DIR}/contrib/debian/
  OUTPUT_VARIABLE CPACK_DEBIAN_PROGRAM_PACKAGE_CONTROL_EXTRA)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian.cmake)
set(CPACK_SCALESMALL_SOURCE ${PROJECT_SOURCE_DIR})
set(CPACK_SCALESMALL_CONFIG ${PROJECT_BINARY_DIR}/apps/documents/scalesmall.conf)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Headers, static libraries, CMake package and pkg-config files.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libscalesmall-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libcaf-dev (>= 0.17.6), libsnappy-dev, libsodium-dev")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_RECOMMENDS libmicrohttpd-dev)  # of the component ops
include(CPack)
