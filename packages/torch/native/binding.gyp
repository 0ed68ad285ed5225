# Built only by the set-up (src/setup/compile-addon.ts), in a folder of the user's cache. It writes build.gypi there,
# with where libtorch is, and leeway_torch.cc, which includes all sources. This file lies in a sub-folder so that npm adds no install script of its own.
{
  "includes": ["build.gypi"],
  "targets": [
    {
      "target_name": "leeway_torch",
      "sources": ["leeway_torch.cc"],
      "include_dirs": [".", "<@(libtorch_include_dirs)"],
      # SWALLOW: a worker that is being ended takes no exception; without it that would end the whole process.
      # ALL: so would an exception that is no Napi::Error, such as bad_alloc, out of a function without a guard.
      "defines": [
        "NAPI_VERSION=8",
        "NAPI_CPP_EXCEPTIONS",
        "NODE_ADDON_API_CPP_EXCEPTIONS_ALL",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      # C++20: libtorch refuses an older one from 2.13 on, and takes it from 1.13.
      # libtorch throws, and its casts need run-time types; Node's defaults turn both off.
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["-std=c++20", "-O2", "-fexceptions", "-frtti", "-fvisibility=hidden", "-Wno-cast-function-type"],
      "cflags!": ["-fno-omit-frame-pointer"],
      "conditions": [
        [
          "OS=='linux'",
          {
            "defines": ["_GLIBCXX_USE_CXX11_ABI=<(libtorch_cxx11_abi)"],
            # RPATH and not RUNPATH: only the former also holds for the libraries libtorch itself asks for.
            "ldflags": ["-Wl,--disable-new-dtags", "-Wl,--no-as-needed", "<@(rpath_flags)", "<@(library_dir_flags)"],
            "libraries": ["<@(library_flags)"]
          }
        ],
        [
          "OS=='mac'",
          {
            "xcode_settings": {
              "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
              "GCC_ENABLE_CPP_RTTI": "YES",
              "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
              "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
              "CLANG_CXX_LIBRARY": "libc++",
              "MACOSX_DEPLOYMENT_TARGET": "11.0",
              "OTHER_LDFLAGS": ["<@(rpath_flags)"]
            },
            "libraries": ["<@(library_dir_flags)", "<@(library_flags)"]
          }
        ]
      ]
    }
  ]
}
