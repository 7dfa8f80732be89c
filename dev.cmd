@echo off
rem The Windows door to the project: makes .venv, installs the locked packages, then does what is asked.
setlocal enabledelayedexpansion
chcp 65001 >nul
cd /d "%~dp0"
set PYTHONUTF8=1
set PYTHONHOME=
set PYTHONPATH=
set PIP_DISABLE_PIP_VERSION_CHECK=1
set VENV=%CD%\.venv
set COMMAND=%~1
if "%COMMAND%"=="" goto usage

rem %* keeps the first word: take the rest.
set "REST=%*"
call set "REST=%%REST:*%COMMAND%=%%"

if /i "%COMMAND%"=="run" goto run
if /i "%COMMAND%"=="tour" goto tour
if /i "%COMMAND%"=="test" goto test
if /i "%COMMAND%"=="check" goto check
if /i "%COMMAND%"=="format" goto format
if /i "%COMMAND%"=="exec" goto exec
if /i "%COMMAND%"=="bench" goto bench
if /i "%COMMAND%"=="build" goto build
goto usage

:run
call :set_up runtime || exit /b 1
python -m villagebranch %REST%
exit /b %ERRORLEVEL%

:tour
call :set_up runtime || exit /b 1
set QT_QPA_PLATFORM=offscreen
if not defined REST set REST=out\tour
python -m villagebranch tour %REST% || exit /b 1
echo 导览完成：台账（PDF、Excel）和界面图片在 %REST%
exit /b 0

:test
call :set_up dev || exit /b 1
if defined REST (
    pytest %REST%
    exit /b !ERRORLEVEL!
)
set FAILED=
call :checks
pytest -n 2 --dist worksteal || set FAILED=!FAILED! pytest
goto verdict

:check
call :set_up dev || exit /b 1
set FAILED=
call :checks
goto verdict

:format
call :set_up dev || exit /b 1
ruff check --fix-only --quiet .
ruff format .
exit /b %ERRORLEVEL%

:exec
call :set_up dev || exit /b 1
%REST%
exit /b %ERRORLEVEL%

:bench
call :set_up dev || exit /b 1
call :locked bench || exit /b 1
set FAILED=
for %%F in (benchmarks\*.py) do (
    set NAME=%%~nF
    if not "!NAME:~0,1!"=="_" python "%%F" || set FAILED=!FAILED! %%~nF
)
goto verdict

:build
call :set_up dev || exit /b 1
pyinstaller --noconfirm --clean --distpath dist --workpath build build.spec || exit /b 1
dist\villagebranch\villagebranch.exe --self-check
exit /b %ERRORLEVEL%

:checks
ruff check . || set FAILED=!FAILED! ruff-check
ruff format --check . || set FAILED=!FAILED! ruff-format
mypy --strict villagebranch || set FAILED=!FAILED! mypy
lint-imports || set FAILED=!FAILED! lint-imports
exit /b 0

:verdict
if "%FAILED%"=="" exit /b 0
echo 失败 / failed:%FAILED%
exit /b 1

rem set_up runtime^|dev
:set_up
set "PLACE="
if exist "%VENV%\.place" set /p PLACE=<"%VENV%\.place"
if not "%PLACE%"=="%CD%" (
    echo 建立运行环境 / making .venv
    if exist "%VENV%" rmdir /s /q "%VENV%"
    call :find_python || exit /b 1
    !PYTHON! -m venv "%VENV%" || exit /b 1
    >"%VENV%\Lib\site-packages\villagebranch-tree.pth" echo %CD%
    >"%VENV%\.place" echo %CD%
)
set "VIRTUAL_ENV=%VENV%"
set "PATH=%VENV%\Scripts;%PATH%"
call :locked tools || exit /b 1
call :locked %1 || exit /b 1
exit /b 0

rem 3.11 to 3.13: PySide6 6.8 has no later wheels.
:find_python
for %%P in ("py -3.13" "py -3.12" "py -3.11" "python") do (
    %%~P -c "import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))" >nul 2>nul && (
        set PYTHON=%%~P
        exit /b 0
    )
)
echo 需要 Python 3.11–3.13 / Python 3.11 to 3.13 is needed
exit /b 1

rem locked NAME: the packages of requirements\NAME.lock, once per content of that file.
:locked
fc /b "requirements\%1.lock" "%VENV%\installed-%1.lock" >nul 2>nul && exit /b 0
echo 安装依赖 / installing requirements\%1.lock
python -m pip install --quiet --no-input --no-deps --require-hashes --only-binary :all: --no-binary lunar-python --use-pep517 --no-build-isolation -r "requirements\%1.lock" || exit /b 1
copy /y "requirements\%1.lock" "%VENV%\installed-%1.lock" >nul
exit /b 0

:usage
echo 用法 / usage: dev COMMAND
echo   run    tour [OUT]    test [ARGS]    check    format    exec CMD...    bench    build
exit /b 2
