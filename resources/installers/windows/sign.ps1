# Sign programs or packages with the publisher's certificate, which two variables of the environment hold:
#   SIGNING_CERTIFICATE: a PFX in base64; SIGNING_PASSWORD: its password. Neither is ever printed.
param(
    [Parameter(Mandatory, Position = 0)][string[]]$Paths,
    [string]$TimestampServer = 'http://timestamp.digicert.com'
)
$ErrorActionPreference = 'Stop'
$file = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
try {
    [IO.File]::WriteAllBytes($file, [Convert]::FromBase64String($env:SIGNING_CERTIFICATE))
    $kits = Join-Path ${env:ProgramFiles(x86)} 'Windows Kits\10\bin'
    $tool = Get-ChildItem -Path $kits -Recurse -Filter signtool.exe | Where-Object FullName -Match '\\x64\\' |
        Sort-Object FullName | Select-Object -Last 1
    foreach ($path in (Get-ChildItem -Path $Paths)) {
        & $tool.FullName sign /fd sha256 /td sha256 /tr $TimestampServer /f $file /p $env:SIGNING_PASSWORD $path.FullName
        if ($LASTEXITCODE -ne 0) { throw "signtool failed for $($path.Name)" }
    }
}
finally {
    Remove-Item -Force -ErrorAction SilentlyContinue $file
}
