Option Explicit

' What only tests call: state that no cell shows, asked by formulas.

Public Function ProbeErrors() As Long
    ProbeErrors = ClvErrorCount()
End Function

Public Function ProbeSentence(ByVal place As String) As String
    ProbeSentence = ClvSentence(place)
End Function

Public Function ProbeText(ByVal key As String) As String
    ProbeText = ClvText(key)
End Function

Public Function ProbeWords(ByVal number As Long, ByVal part As Long) As String
    Dim words As Variant
    words = ClvWords(number)
    ProbeWords = words(part)
End Function

Public Function ProbeDecode(ByVal coded As String) As String
    ProbeDecode = ClvDecode(coded)
End Function

Public Function ProbeNumber(ByVal code As String) As Long
    ProbeNumber = ClvNumber(code)
End Function

Public Function ProbeSetting(ByVal path As String, ByVal key As String) As String
    ProbeSetting = ClvSetting(path, key)
End Function

Public Function ProbeValueIn(ByVal text As String, ByVal key As String) As String
    ProbeValueIn = ClvValueIn(text, key)
End Function

Public Function ProbePython(ByVal path As String) As String
    ProbePython = ClvPythonPath(path)
End Function

Public Function ProbeLanguage(ByVal path As String) As String
    ProbeLanguage = ClvLanguage(path)
End Function

Public Function ProbeCommand(ByVal python As String, ByVal language As String) As String
    On Error GoTo Refused
    ProbeCommand = ClvCommand(python, language)
    Exit Function
Refused:
    ProbeCommand = Err.Description
End Function

Public Function ProbeExists(ByVal path As String) As Boolean
    ProbeExists = ClvExists(path)
End Function

' The first two files of a pattern, with a question for another file between them.
Public Function ProbeDir(ByVal pattern As String, ByVal path As String) As String
    Dim unused As Boolean
    ProbeDir = Dir(pattern)
    unused = ClvExists(path)
    ProbeDir = ProbeDir & "|" & Dir()
End Function

Public Function ProbeNote(ByVal place As String, ByVal code As String, ByVal sentence As String) As Long
    Dim found As Collection
    Set found = New Collection
    found.Add code & vbTab & sentence
    ClvRemember place, "CLV", found, Nothing
    ProbeNote = ClvErrorCount()
End Function

Public Function ProbeMany(ByVal count As Long) As Long
    Dim i As Long, unused As Long
    For i = 1 To count
        unused = ProbeNote("Many!A" & i, "#N/A", "sentence " & i)
    Next i
    ProbeMany = ClvErrorCount()
End Function

Public Function ProbeForget(ByVal place As String) As Long
    ClvForget place
    ProbeForget = ClvErrorCount()
End Function

' For which cell the status bar shows something: after a message, and after another cell is selected.
Public Function ProbeSaid() As String
    ClvSay "a message"
    ProbeSaid = ClvShownFor()
    ClvSelected Nothing
    ProbeSaid = ProbeSaid & "|" & ClvShownFor()
    ClvSay "a message"
    ClvSayNothing
    ProbeSaid = ProbeSaid & "|" & ClvShownFor()
End Function

' Several areas, which no formula of LibreOffice hands over.
Public Function ProbeAreas(ByVal first As Variant, ByVal second As Variant) As Variant
    ProbeAreas = ClvAnswer("CLV_AOV", Array(Application.Union(first, second)))
End Function
