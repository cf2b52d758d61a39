Option Explicit
Option Private Module

' The sentences of the cells that show an error: in the status bar, and as a list.

Private Const KEPT As Long = 500
Private Const SHOWN As Long = 250 ' letters that the status bar takes
Private Const MOST As Long = 10 ' sentences of one formula

Private mErrors As Collection ' of entries, the newest last; see ClvEntry
Private mShownFor As String
Private mShownAt As Double

' Keeps what a call found wrong under the cell that called, or forgets that cell when nothing is wrong.
Public Sub ClvNote(ByVal functionName As String, ByVal found As Collection)
    Dim cell As Object
    If found.Count = 0 Then
        If ClvErrorCount() = 0 Then Exit Sub
        Set cell = ClvCaller()
        ClvForget ClvPlace(cell, functionName)
    Else
        Set cell = ClvCaller()
        ClvRemember ClvPlace(cell, functionName), functionName, found, cell
    End If
End Sub

Public Sub ClvRemember(ByVal place As String, ByVal functionName As String, ByVal found As Collection, ByVal cell As Object)
    Dim codes As String, sentences As String, pair As Variant, i As Long
    ClvForget place
    For i = 1 To found.Count
        If i > MOST Then Exit For
        If i > 1 Then
            codes = codes & vbLf
            sentences = sentences & vbLf
        End If
        pair = found.Item(i)
        codes = codes & pair(0)
        sentences = sentences & pair(1)
    Next i
    mErrors.Add Array(place, functionName, codes, sentences, Now, cell), place
    If mErrors.Count > KEPT Then mErrors.Remove 1
    If Abs(Timer - mShownAt) < 0.5 Then Exit Sub ' many at once: painting each would take longer than they do
    mShownAt = Timer
    mShownFor = place
    ClvShowInStatusBar ClvFirstLine(sentences)
End Sub

Public Sub ClvForget(ByVal place As String)
    ClvErrorCount ' makes the collection
    On Error Resume Next
    mErrors.Remove place
    On Error GoTo 0
    If place = mShownFor Then
        mShownFor = ""
        ClvShowInStatusBar ""
    End If
End Sub

Public Function ClvErrorCount() As Long
    If mErrors Is Nothing Then Set mErrors = New Collection
    ClvErrorCount = mErrors.Count
End Function

' The first sentence that is kept for a place, or "".
Public Function ClvSentence(ByVal place As String) As String
    Dim entry As Variant
    ClvErrorCount
    On Error GoTo Unknown
    entry = mErrors.Item(place)
    ClvSentence = ClvFirstLine(entry(3))
Unknown:
End Function

Private Function ClvFirstLine(ByVal lines As String) As String
    ClvFirstLine = Left$(lines, InStr(lines & vbLf, vbLf) - 1)
End Function

' The cell whose formula is being calculated, or Nothing: a macro may call as well.
Private Function ClvCaller() As Object
    On Error Resume Next
    If TypeName(Application.Caller) = "Range" Then Set ClvCaller = Application.Caller
End Function

' How a cell is named in the list; of an array formula it is the first cell.
Public Function ClvPlace(ByVal cell As Object, ByVal otherwise As String) As String
    Dim first As Object
    ClvPlace = otherwise
    If cell Is Nothing Then Exit Function
    On Error Resume Next
    Set first = cell.Cells(1, 1)
    ClvPlace = first.Parent.Name & "!" & first.Address(False, False)
    If first.Parent.Parent.Name <> ThisWorkbook.Name Then ClvPlace = "[" & first.Parent.Parent.Name & "]" & ClvPlace
End Function

' Shows the sentence of the selected cell, also where it belongs to a result that spills from another cell.
Public Sub ClvSelected(ByVal target As Object)
    Dim sentence As String, cell As Object
    If ClvErrorCount() = 0 And mShownFor = "" Then Exit Sub
    Set cell = target
    sentence = ClvSentence(ClvPlace(cell, ""))
    On Error Resume Next
    If sentence = "" Then
        If cell.Cells(1, 1).HasArray Then
            sentence = ClvSentence(ClvPlace(cell.Cells(1, 1).CurrentArray, ""))
        Else
            sentence = ClvSentence(ClvPlace(cell.Cells(1, 1).SpillParent, ""))
        End If
    End If
    On Error GoTo 0
    mShownFor = ""
    If sentence <> "" Then mShownFor = ClvPlace(cell, "")
    ClvShowInStatusBar sentence
End Sub

' Excel may refuse this while it calculates; the list has the sentence all the same.
Public Sub ClvShowInStatusBar(ByVal sentence As String)
    On Error Resume Next
    If sentence = "" Then
        Application.StatusBar = False
    Else
        Application.StatusBar = Left$(sentence, SHOWN)
    End If
End Sub

' One entry, 1 the oldest: Array(place, function, codes, sentences, when, cell), lines of one formula apart by vbLf.
Public Function ClvEntry(ByVal number As Long) As Variant
    ClvEntry = mErrors.Item(number)
End Function
