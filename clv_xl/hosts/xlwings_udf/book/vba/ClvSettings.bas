Option Explicit
Option Private Module

' Where Python is on this computer, and the command that starts it.

Private Const LONGEST As Long = 259 ' letters of a program's path that Windows starts, far fewer than the DLL takes
Private Const OWN As Long = -2147220991 ' vbObjectError + 513: an error that carries our own sentence

' One value of the settings file, or "" where it is missing.
Public Function ClvSetting(ByVal path As String, ByVal key As String) As String
    Dim handle As Integer, opened As Boolean, text As String, whole As String
    On Error GoTo Unreadable
    handle = FreeFile
    Open path For Input As #handle
    opened = True
    Do While Not EOF(handle)
        Line Input #handle, text
        whole = whole & text & vbLf
    Loop
    ClvSetting = ClvValueIn(whole, key)
Unreadable:
    If opened Then Close #handle ' also after an error, or nobody could renew the file
End Function

' One value of lines such as key=value; a file with the line ends of Unix arrives as one line.
Public Function ClvValueIn(ByVal text As String, ByVal key As String) As String
    Dim lines As Variant, i As Long, at As Long
    lines = Split(Replace(text, vbCr, vbLf), vbLf)
    For i = 0 To UBound(lines)
        at = InStr(lines(i), "=")
        If at > 0 Then
            If Trim$(Left$(lines(i), at - 1)) = key Then ClvValueIn = Trim$(Mid$(lines(i), at + 1))
        End If
    Next i
End Function

' The Python to start: that of the environment variable, else that of the settings.
Public Function ClvPythonPath(ByVal settings As String) As String
    ClvPythonPath = Environ("CLV_XL_PYTHON")
    If ClvPythonPath = "" Then ClvPythonPath = ClvSetting(settings, "python")
End Function

Public Function ClvLanguage(ByVal settings As String) As String
    Dim named As String
    named = ClvSetting(settings, "language")
    If named Like "[a-z][a-z]" Then
        ClvLanguage = named
    Else
        ClvLanguage = ClvText("language")
    End If
End Function

' The DLL puts an identifier of its own in place of $(CLSID). The program is named by its full path and started
' without a command interpreter: Excel's current folder, where anybody may have put a program of such a name, is
' not looked into, no letter of the path has a meaning of its own, and the DLL sees at once when Python ends. For
' the same reason -P: Python shall not look for modules in the current folder.
Public Function ClvCommand(ByVal python As String, ByVal language As String) As String
    Dim quote As String, code As String
    quote = Chr$(34)
    code = "import os;os.environ['CLV_XL_LANG']='" & language & "';import xlwings;xlwings.serve('$(CLSID)')"
    ClvCommand = quote & python & quote & " -P -c " & quote & code & quote
    If Len(python) > LONGEST Then ClvRefuse "vba.long_path", python
End Function

' Whether there is such a file. Not with Dir: a macro of the user's that goes through a folder by it while formulas
' are calculated would lose its place.
Public Function ClvExists(ByVal path As String) As Boolean
    On Error GoTo Unreadable
    ClvExists = (GetAttr(path) And 16) = 0 ' vbDirectory
Unreadable:
End Function

' Raises an error whose description is a sentence for the reader; the sign in front tells it from others.
Public Sub ClvRefuse(ByVal key As String, ByVal path As String)
    Err.Raise OWN, "clv_xl", "clv_xl: " & Replace(ClvText(key), "{path}", path)
End Sub
