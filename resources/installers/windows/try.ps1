# Install the MSI without a word, look at what it made, and remove it: as a firm's tools do.
param([Parameter(Mandatory)][string]$Package)
$ErrorActionPreference = 'Stop'
$server = 'https://comptexpert.example'
$other = 'https://autre.comptexpert.example'
$imposed = 'https://impose.comptexpert.example'
$program = Join-Path $env:ProgramFiles 'Comptexpert Desktop\comptexpert-command.exe'

function Install([string[]]$Arguments) {
    $done = Start-Process msiexec.exe -Wait -PassThru -ArgumentList ($Arguments + @('/qn', '/norestart'))
    if ($done.ExitCode -ne 0) { throw "msiexec ended with $($done.ExitCode)" }
}
function Hold([bool]$Condition, [string]$What) {
    if (-not $Condition) { throw "does not hold: $What" }
    Write-Output "  $What"
}

Install @('/i', "`"$Package`"", "SERVERURL=$server")
& $program --version
Hold ($LASTEXITCODE -eq 0) 'the program starts'
$told = & $program show-policy --json | ConvertFrom-Json
Hold ($told.server_url.value -eq $server -and $told.server_url.source -eq 'machine') 'SERVERURL is proposed, not imposed'
$policies = 'HKLM:\SOFTWARE\Policies\Comptexpert\Desktop'
New-Item -Force -Path $policies | Out-Null
New-ItemProperty -Force -Path $policies -Name serverurl -Value $imposed | Out-Null
$told = & $program show-policy --json | ConvertFrom-Json
Hold ($told.server_url.value -eq $imposed -and $told.server_url.locked) 'a policy imposes the server, in capitals or not'
& $program --server $server outbox
Hold ($LASTEXITCODE -eq 2) 'another server is refused then'
New-ItemProperty -Force -Path $policies -Name ServerURL -PropertyType Binary -Value ([byte[]](0, 1)) | Out-Null
& $program outbox
Hold ($LASTEXITCODE -eq 1) 'a policy that means nothing stops the start'
Remove-Item -Recurse $policies
$command = (Get-Item 'HKLM:\SOFTWARE\Classes\comptexpert\shell\open\command').GetValue('')
Hold ($command -like '*comptexpert-desktop.exe" "%1"') 'the links of pages are registered'
$menu = Join-Path $env:ProgramData 'Microsoft\Windows\Start Menu\Programs\Comptexpert.lnk'
Hold (Test-Path $menu) 'the menu has a shortcut'
Install @('/i', "`"$Package`"", 'REINSTALL=ALL', 'REINSTALLMODE=vomus')
Hold (((& $program show-policy --json | ConvertFrom-Json).server_url.value) -eq $server) 'a repair keeps the server'
Install @('/i', "`"$Package`"", 'REINSTALL=ALL', 'REINSTALLMODE=omus', "SERVERURL=$other")
Hold (((& $program show-policy --json | ConvertFrom-Json).server_url.value) -eq $other) 'the server is changed'
$path = [Environment]::GetEnvironmentVariable('PATH', 'Machine') -split ';'
Hold ($path -contains "$(Split-Path $program)\") 'the command for consoles is on the path'
Install @('/x', "`"$Package`"")
Hold (-not (Test-Path (Split-Path $program))) 'nothing is left in the folder of programs'
Hold (-not (Test-Path $menu)) 'nor in the menu'
